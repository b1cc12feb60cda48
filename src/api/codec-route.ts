import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { z } from 'zod';
import type { FileDirectory } from '../config/directory.ts';
import { Problem } from '../domain/problem.ts';
import { note } from './audit.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import type { Limits } from './limits.ts';
import { RequestProblem } from './problems.ts';
import { readBody } from './requests.ts';

/** What Temporal itself takes of one message. */
const LARGEST = 4 * 1024 * 1024;
const base64 = z.base64();

/** Temporal's Payload in its JSON form. */
const payload = z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() });
export const payloadsBody = z.object({ payloads: z.array(payload).max(10_000) });

/**
 * What the Temporal UI asks, to show a history as people read it: by whoever may look, signed in here. It only decrypts. What is sent
 * from there would be nobody's, so nothing is encrypted for it.
 */
export function codecRoutes(deps: ApiDeps, limits: Limits) {
  return new Hono<Caller>()
    .use('/codec/*', bodyLimit({ maxSize: LARGEST, onError: tooLarge }), onlyFromUi(deps), limits.onDecodes())
    .post('/codec/decode', async (c) => {
      await allow(deps.directory, c.var.person, { act: 'look' });
      const { namespace, decode } = served(deps);
      const asked = c.req.header('x-namespace');
      if (asked !== undefined && asked !== namespace) {
        throw new RequestProblem('not-found', `this service is that of the namespace ${namespace}`);
      }
      const { payloads } = await readBody(c, payloadsBody);
      const decoded = await Promise.all(payloads.map((one) => decoding(one, decode)));
      const unknown = decoded.filter(({ kept }) => kept).length;
      note(c, { what: 'decode-payloads', details: { payloads: payloads.length, ...(unknown > 0 ? { unknown } : {}) } });
      return c.json({ payloads: decoded.map(({ answer }) => answer) });
    });
}

type Wire = z.output<typeof payload>;

/** One whose key is gone stays as it is, so that the others of a page are read. */
async function decoding(wire: Wire, decode: NonNullable<ApiDeps['payloads']>['decode']) {
  try {
    const [read] = await decode([fromWire(wire)]);
    return { answer: toWire(read!), kept: false };
  } catch (error) {
    if (error instanceof Problem && error.code === 'encryption-key-missing') return { answer: wire, kept: true };
    throw error;
  }
}

function fromWire({ metadata = {}, data = '' }: Wire) {
  const entries = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}

function toWire({ metadata, data }: { metadata?: Record<string, Uint8Array> | null; data?: Uint8Array | null }): Wire {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data ?? []).toString('base64') };
}

function served({ payloads }: ApiDeps) {
  if (payloads !== undefined) return payloads;
  throw new RequestProblem('not-found', 'this service decodes nothing');
}

/** The one page of another origin that may ask, with the browser's cookie. */
export function fromTemporalUi({ directory }: Pick<ApiDeps, 'directory'>): MiddlewareHandler {
  return cors({
    origin: async (origin) => (origin === (await originOfUi(directory)) ? origin : null),
    allowMethods: ['POST'],
    allowHeaders: ['authorization', 'content-type', 'x-namespace', 'x-csrf-token'],
    credentials: true,
    maxAge: 600,
  });
}

/** A cookie goes along from any page of the same site: only the UI's own counts, and what is no browser's. */
function onlyFromUi({ directory }: ApiDeps): MiddlewareHandler<Caller> {
  return async (c, next) => {
    const origin = c.req.header('origin');
    if (origin === undefined ? isBrowser(c) : origin !== (await originOfUi(directory))) {
      throw new RequestProblem(
        'cross-site',
        `payloads are shown to the Temporal UI alone, not to ${origin ?? 'a page that does not say where it is'}`,
      );
    }
    await next();
  };
}

function isBrowser(c: Context): boolean {
  return c.req.header('sec-fetch-site') !== undefined;
}

async function originOfUi(directory: FileDirectory): Promise<string | undefined> {
  const ui = await directory.temporalUi();
  return ui === undefined ? undefined : new URL(ui).origin;
}

function tooLarge(): never {
  throw new RequestProblem('body-too-large', `the payloads are larger than ${LARGEST} bytes`);
}
