import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { FileDirectory } from '../config/directory.ts';
import type { Caller } from './authentication.ts';
import { RequestProblem } from './problems.ts';

const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i;

/** A request that a browser's cookie gave its rights must come from our own page, which knows the session's token. */
export function againstForgery(directory: FileDirectory): MiddlewareHandler<Caller> {
  return async (c, next) => {
    const { session } = c.var;
    if (session && !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) {
      await assertOwnPage(c, directory);
      if (!same(await tokenIn(c), session.csrf)) {
        throw new RequestProblem('cross-site', 'the request does not carry the token of its session');
      }
    }
    await next();
  };
}

/** Browsers say where a form was: one of another site is refused. What says nothing is no browser of today. */
export async function assertOwnPage(c: Context, directory: FileDirectory): Promise<void> {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const own = site === undefined ? origin === undefined || (await isOwn(c, directory, origin)) : site === 'same-origin';
  if (!own) throw new RequestProblem('cross-site', `the request comes from a page of another site (${origin ?? site})`);
}

/** Behind a proxy that speaks TLS the request itself does not know its scheme: the host counts. */
async function isOwn(c: Context, directory: FileDirectory, origin: string): Promise<boolean> {
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  const url = await directory.url();
  return host !== undefined && host === new URL(url ?? c.req.url).host;
}

async function tokenIn(c: Context): Promise<string> {
  const header = c.req.header('x-csrf-token');
  if (header !== undefined) return header;
  if (!FORM.test(c.req.header('content-type') ?? '')) return '';
  const field = (await c.req.parseBody()).csrf;
  return typeof field === 'string' ? field : '';
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
