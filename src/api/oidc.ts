import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { PendingSignIn } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';
import { note } from './audit.ts';
import type { Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import type { Limits } from './limits.ts';
import { RequestProblem } from './problems.ts';
import { cookieTraits } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import { failed, localPath } from './sign-in.ts';

const WITHIN_SECONDS = 600;
const CALLBACK = '/sign-in/oidc/callback';

/** Signing in by an identity provider: authorization code with PKCE; state, nonce and verifier wait in this very browser. */
export function oidcRoutes(deps: ApiDeps, sessions: Sessions, limits: Limits) {
  const { directory, identity, now = () => new Date() } = deps;
  return new Hono<Caller>()
    .get('/sign-in/oidc', async (c) => {
      await limits.assertMaySignIn(c);
      const { url, pending } = await identity.begin(await settings(), `${await base(c)}${CALLBACK}`);
      const { name, ...traits } = await pendingCookie(c);
      setCookie(c, name, written({ ...pending, next: localPath(c.req.query('next')) }), {
        ...traits,
        maxAge: WITHIN_SECONDS,
      });
      return c.redirect(url, 303);
    })
    .get(CALLBACK, async (c) => {
      note(c, { what: 'sign-in', details: { with: 'oidc' } });
      await limits.assertMaySignIn(c);
      const rules = await settings();
      const { name, ...traits } = await pendingCookie(c);
      const pending = read(getCookie(c, name));
      deleteCookie(c, name, traits);
      if (!pending) return failed(c, 'oidc', '/', 'this browser did not begin to sign in, or too long ago');

      const came = `${await base(c)}${CALLBACK}${new URL(c.req.url).search}`;
      const claims = await identity.finish(rules, came, pending).catch(refusal);
      if (typeof claims === 'string') return failed(c, 'oidc', pending.next, claims);
      const person = await directory.personOfClaims(claims);
      if (!person)
        return failed(c, 'oidc', pending.next, 'whoever the identity provider vouched for is not known here');
      note(c, { by: person.login, means: 'oidc', verdict: 'accepted' });
      await directory.remember(person, now());
      await sessions.open(c, { login: person.login, means: { kind: 'oidc', name: person.name, roles: person.roles } });
      return c.redirect(localPath(pending.next), 303);
    });

  async function settings() {
    const found = await directory.oidc();
    if (found) return found;
    throw new RequestProblem('not-found', 'the service has no identity provider (oidc in slipway.yaml)');
  }

  async function base(c: Context): Promise<string> {
    return new URL((await directory.url()) ?? c.req.url).origin;
  }

  async function pendingCookie(c: Context) {
    const { name, ...traits } = await cookieTraits(c, directory);
    return { name: `${name}-oidc`, ...traits };
  }
}

function refusal(error: unknown): string {
  if (error instanceof Problem && error.code === 'identity-refused') return error.message;
  throw error;
}

type Pending = PendingSignIn & { readonly next: string };

function written(pending: Pending): string {
  return Buffer.from(JSON.stringify(pending)).toString('base64url');
}

/** Whatever stands in the cookie: it is this browser's own, and what is wrong in it fails at the provider. */
function read(cookie: string | undefined): Pending | undefined {
  const parts = /^[\w-]{1,3000}$/.test(cookie ?? '') ? parsed(Buffer.from(cookie!, 'base64url').toString()) : undefined;
  const { state, nonce, verifier, next } = parts ?? {};
  const whole = [state, nonce, verifier, next].every((part) => typeof part === 'string' && part !== '');
  return whole ? ({ state, nonce, verifier, next } as Pending) : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
