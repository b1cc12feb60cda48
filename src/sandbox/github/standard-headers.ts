import { createHash, randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { refuse } from './refusals.ts';
import type { Ctx, GithubEnv } from './world.ts';

const SCOPES = { read: '', write: 'repo', admin: 'admin:repo_hook, repo' };

/** Who calls: 401 for a credential that is none, and what the token may do in a header. */
export const authenticate: MiddlewareHandler<GithubEnv> = async (c, next) => {
  const caller = c.var.world.people.caller(c.req.header('authorization'));
  if (caller === undefined) throw refuse(401, 'Bad credentials');
  c.set('caller', caller);
  if (caller && caller.account.type !== 'Bot') {
    c.header('x-oauth-scopes', SCOPES[caller.scope]);
    c.header('x-accepted-oauth-scopes', '');
  }
  await next();
};

export const githubHeaders: MiddlewareHandler<GithubEnv> = async (c, next) => {
  await next();
  c.header('server', 'github.com');
  c.header('x-github-request-id', randomUUID().toUpperCase());
  c.header('x-github-media-type', 'github.v3; format=json');
  if (c.res.headers.get('content-type')?.startsWith('application/json')) {
    c.header('content-type', 'application/json; charset=utf-8');
  }
};

/** An answer that the caller has already: 304, which costs nothing of the rate limit. */
export const notModified: MiddlewareHandler<GithubEnv> = async (c, next) => {
  await next();
  if (c.req.method !== 'GET' || c.res.status !== 200 || !isJson(c)) return;
  const body = await c.res.clone().arrayBuffer();
  const etag = `W/"${createHash('sha256').update(new Uint8Array(body)).digest('hex')}"`;
  const same = c.req
    .header('if-none-match')
    ?.split(/\s*,\s*/)
    .some((each) => weak(each) === weak(etag));
  c.header('etag', etag);
  c.header('cache-control', 'private, max-age=60, s-maxage=60');
  c.header('vary', 'Accept, Authorization, Cookie, X-GitHub-OTP');
  if (same) c.res = new Response(null, { status: 304, headers: c.res.headers });
};

function isJson(c: Ctx): boolean {
  return c.res.headers.get('content-type')?.startsWith('application/json') ?? false;
}

function weak(etag: string): string {
  return etag.replace(/^W\//, '');
}
