import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { proxy } from 'hono/proxy';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Env } from './faults.ts';
import type { Change, Journal } from './journal.ts';
import { journalRoutes } from './journal-routes.ts';
import { listen } from './listen.ts';
import { startRegistryProgram } from './registry-program.ts';

export interface RegistryOptions {
  /** The folder that holds its images: a restart goes on from there. */
  readonly state: string;
  /** Passwords by name; a credential is `name:password`. */
  readonly users: Readonly<Record<string, string>>;
  readonly journal: Journal;
  readonly port?: number;
}

export interface SandboxRegistry {
  readonly url: string;
  /** What the name of an image in it begins with. */
  readonly host: string;
  close(): Promise<void>;
}

/** A real container registry on this machine, its changes in the journal; nothing where the program isn't installed. */
export async function startRegistry(options: RegistryOptions): Promise<SandboxRegistry | undefined> {
  const program = await startRegistryProgram(options.state, options.users);
  if (!program) return undefined;
  const { url, close } = await listen(registryProxy(program.address, options.journal), options.port);
  return {
    url,
    host: new URL(url).host,
    async close() {
      await close();
      await program.end();
    },
  };
}

function registryProxy(address: string, journal: Journal): Hono<Env> {
  const isRead = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD';
  return new Hono<Env>()
    .route('/', journalRoutes(journal))
    .use(
      '/v2/*',
      journal.faulty('registry', (c) => (isRead(c) ? 'read' : undefined)),
    )
    .put('/v2/:name{.+}/manifests/:reference', async (c) => {
      const { name, reference } = c.req.param();
      const body = await c.req.arrayBuffer();
      const digest = `sha256:${createHash('sha256').update(new Uint8Array(body)).digest('hex')}`;
      const known = await holds(c, address, `/v2/${name}/manifests/${reference}`, digest);
      const change = { server: 'registry', action: 'put-manifest', target: `${name}:${reference}`, digest };
      return known ? forward(c, address, body) : stored(c, journal, change, () => forward(c, address, body));
    })
    .put('/v2/:name{.+}/blobs/uploads/:upload', async (c) => {
      const { name } = c.req.param();
      const digest = c.req.query('digest') ?? '';
      const known = await holds(c, address, `/v2/${name}/blobs/${digest}`, digest);
      const change = { server: 'registry', action: 'put-blob', target: `${name}@${digest}`, digest };
      return known ? forward(c, address) : stored(c, journal, change, () => forward(c, address));
    })
    .all('/v2/*', (c) => forward(c, address));
}

/** Only what the registry took is a change; its refusal is passed on as it is. */
function stored(
  c: Context,
  journal: Journal,
  change: Omit<Change, 'at'>,
  put: () => Promise<Response>,
): Promise<Response> {
  return journal.change(c, change, async () => {
    const answer = await put();
    if (answer.status === 201) return answer;
    throw new HTTPException(answer.status as ContentfulStatusCode, { res: answer });
  });
}

/** What is there already is put once more without a change. */
async function holds(c: Context, address: string, path: string, digest: string): Promise<boolean> {
  const headers = { accept: c.req.header('content-type') ?? '*/*', authorization: c.req.header('authorization') ?? '' };
  const answer = await fetch(`http://${address}${path}`, { method: 'HEAD', headers });
  return answer.status === 200 && answer.headers.get('docker-content-digest') === digest;
}

function forward(c: Context, address: string, body?: ArrayBuffer): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  // A client that goes away after it asked changes nothing: what the registry stores then is in the journal as well.
  const request = { raw: c.req.raw, signal: null, ...(body === undefined ? {} : { body }) };
  return proxy(`http://${address}${pathname}${search}`, request);
}
