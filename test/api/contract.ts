import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApiDocument } from '../../src/api/openapi/document.ts';

interface Described {
  readonly responses: Record<
    string,
    { headers?: Record<string, unknown>; content?: Record<string, { schema?: object }> }
  >;
}

/** Closed: an answer that says more than is described breaks the contract as well. */
const contract = openApiDocument({ closed: true });
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'api', components: contract.components });
const validators = new Map<string, ValidateFunction>();

export interface Answered {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What breaks the contract in an answer; addresses outside of it are nobody's promise. */
export function breaches({ method, path, status, headers, body }: Answered): string[] {
  const [template, described] = operationAt(method, path) ?? [];
  if (template === undefined || described === undefined) return [];
  const answer = described.responses[String(status)];
  if (!answer) return [`${method} ${template} does not say that it answers ${status}`];
  const type = headers.get('content-type')?.split(';')[0];
  const missing = Object.keys(answer.headers ?? {}).filter((name) => !headers.has(name));
  const media = answer.content?.[type ?? ''] ?? answer.content?.['*/*'];
  if (answer.content && !media) return [`${method} ${template} ${status} is ${type}`];
  const faults = media?.schema && type?.endsWith('json') ? faultsOf(media.schema, body) : [];
  return [...missing.map((name) => `${method} ${template} ${status} has no ${name}`), ...faults];
}

function operationAt(method: string, path: string): [string, Described] | undefined {
  const bare = path.split('?')[0] ?? '';
  for (const [template, methods] of Object.entries(contract.paths)) {
    const described = methods[method.toLowerCase()];
    if (described && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare)) {
      return [template, described as unknown as Described];
    }
  }
  return undefined;
}

function faultsOf(schema: object, body: unknown): string[] {
  const key = JSON.stringify(schema);
  const local = JSON.parse(key.replaceAll('"#/components/', '"api#/components/'));
  const validate = validators.get(key) ?? ajv.compile(local);
  validators.set(key, validate);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
