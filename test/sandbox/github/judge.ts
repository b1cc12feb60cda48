import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Client } from './world.ts';

interface Document {
  operations: Record<string, Record<string, unknown>>;
  $defs: Record<string, unknown>;
}

const document = JSON.parse(
  readFileSync(new URL('../fixtures/github-openapi.json', import.meta.url), 'utf8'),
) as Document;

/** GitHub does not write these down for every operation, but each of them may give them. */
const ANYWHERE = ['401', '403', '404', '422'];

/** Holds answers against GitHub's own OpenAPI document. */
export class Judge {
  readonly faults: string[] = [];
  readonly seen = new Set<string>();
  readonly #ajv = new Ajv2020({ strict: false, logger: false, allErrors: true, allowUnionTypes: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.#ajv.addFormat('uri', (text) => URL.canParse(text));
    this.#ajv.addFormat('email', /^\S+@\S+$/);
    this.#ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
    this.#ajv.addSchema({ $id: 'github', $defs: document.$defs });
  }

  operations(): string[] {
    return Object.keys(document.operations);
  }

  /** Every answer that this client gets is judged. */
  watch(client: Client): Client {
    client.hook.wrap('request', async (request, options) => {
      const path = options.url.includes('/api/uploads/') ? UPLOAD : options.url;
      const operation = `${options.method} ${path}`;
      try {
        const response = await request(options);
        this.judge(operation, response.status, response.data);
        return response;
      } catch (error) {
        const { status, response } = error as { status?: number; response?: { data: unknown } };
        if (status !== undefined && response) this.judge(operation, status, status === 304 ? undefined : response.data);
        throw error;
      }
    });
    return client;
  }

  judge(operation: string, status: number, body: unknown): void {
    const documented = document.operations[operation];
    if (!documented) return void this.faults.push(`${operation}: GitHub's document was not asked for it`);
    this.seen.add(`${operation} ${status}`);
    if (status === 304 && operation.startsWith('GET ')) return; // for every reading, documented or not
    const code = String(status);
    const schema = documented[code] ?? this.#unwritten(documented, code);
    if (schema === undefined) return void this.faults.push(`${operation}: GitHub does not answer ${status}`);
    if (schema === null) {
      const empty = body === undefined || body === '' || (body instanceof ArrayBuffer && body.byteLength === 0);
      if (!empty) this.faults.push(`${operation} ${status}: has a body that GitHub leaves out`);
      return;
    }
    this.#match(`${operation} ${status}`, schema, body);
  }

  /** An error without a schema has GitHub's usual body. */
  #unwritten(documented: Record<string, unknown>, code: string): unknown {
    const error = Number(code) >= 400 && (code in documented || ANYWHERE.includes(code));
    return error ? errorSchema(code) : documented[code];
  }

  judgeWebhook(name: string, payload: unknown): void {
    this.#match(`webhook ${name}`, { $ref: `#/$defs/webhook-${name}` }, payload);
  }

  #match(about: string, schema: unknown, body: unknown): void {
    const key = JSON.stringify(schema);
    const absolute = key.replaceAll('"#/$defs/', '"github#/$defs/');
    const validate = this.#compiled.get(key) ?? this.#ajv.compile(JSON.parse(absolute));
    this.#compiled.set(key, validate);
    if (validate(body)) return;
    for (const error of validate.errors ?? []) {
      if (error.keyword !== 'oneOf' && error.keyword !== 'anyOf') {
        this.faults.push(`${about}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
      }
    }
    if (validate.errors?.every(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf')) {
      this.faults.push(`${about}: fits not exactly one of several`);
    }
  }
}

const UPLOAD = '/repos/{owner}/{repo}/releases/{release_id}/assets';

function errorSchema(status: string): unknown {
  const basic = { $ref: '#/$defs/basic-error' };
  return status === '422' ? { anyOf: [basic, { $ref: '#/$defs/validation-error' }] } : basic;
}
