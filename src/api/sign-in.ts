import { type Context, Hono } from 'hono';
import { hashToken } from '../config/tokens.ts';
import { note } from './audit.ts';
import type { Caller } from './authentication.ts';
import { assertOwnPage } from './cross-site.ts';
import type { ApiDeps } from './deps.ts';
import type { Limits } from './limits.ts';
import type { Sessions } from './sessions.ts';

/** `GET /sign-in?failed=` says why the last try came to nothing. */
export type SignInFailure = 'token' | 'oidc';

export function signInRoutes({ directory, now = () => new Date() }: ApiDeps, sessions: Sessions, limits: Limits) {
  return new Hono<Caller>()
    .post('/sign-in', async (c) => {
      await assertOwnPage(c, directory);
      await limits.assertMaySignIn(c);
      const form = await c.req.parseBody();
      const next = localPath(form.next);
      const token = typeof form.token === 'string' ? form.token.trim().slice(0, 500) : '';
      note(c, { what: 'sign-in', details: { with: 'token' } });
      const person = await directory.personOfToken(token, now());
      if (!person) return failed(c, 'token', next, "the token is nobody's, or no longer counts");
      note(c, { by: person.login, means: 'token', verdict: 'accepted' });
      await sessions.open(c, { login: person.login, means: { kind: 'token', sha256: hashToken(token) } });
      return c.redirect(next, 303);
    })
    .post('/sign-out', async (c) => {
      await sessions.close(c);
      return c.redirect('/sign-in', 303);
    });
}

/** Pages are told that it failed, the audit trail why. */
export function failed(c: Context, why: SignInFailure, next: string, reason: string) {
  note(c, { what: 'sign-in', verdict: 'refused', reason });
  return c.redirect(`/sign-in?failed=${why}&next=${encodeURIComponent(next)}`, 303);
}

const HERE = 'http://here.invalid';

/** Where to go on after signing in: a path of this service, or its first page. */
export function localPath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, HERE)) return '/';
  const { origin, pathname, search } = new URL(next, HERE);
  return origin !== HERE || pathname.startsWith('//') || pathname.startsWith('/sign-') ? '/' : `${pathname}${search}`;
}
