import type { Context, MiddlewareHandler } from 'hono';
import type { FileDirectory, KnownPerson } from '../config/directory.ts';
import { type Act, refusalByRole } from '../domain/authority.ts';
import { Problem } from '../domain/problem.ts';
import type { Noted } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import type { Limits } from './limits.ts';
import { RequestProblem } from './problems.ts';
import type { Session, Sessions } from './sessions.ts';

export interface Caller {
  readonly Variables: {
    readonly person: KnownPerson;
    readonly requestId: string;
    /** Where the person signed in to pages: undefined for a token. */
    readonly session: Session | undefined;
    readonly means: 'token' | 'session' | 'jwt' | undefined;
    /** What handlers add to the audit trail's entry. */
    readonly noted: Noted | undefined;
  };
}

/** What everybody may see: health, the contract, what pages are made of, and the way in. */
const OPEN = /^\/(healthz|readyz|metrics|openapi\.json|hooks\/.*|docs(\/.*)?|assets\/.*|sign-in(\/.*)?)$/;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const FOR_PROGRAMS = /^\/(v1|codec)(\/|$)/;

interface Known {
  readonly person: KnownPerson;
  readonly means: 'token' | 'session' | 'jwt';
  readonly session?: Session;
}

/** Whoever is not known gets no further, wherever that is; who they are never comes from the request's body. */
export function authenticate(deps: ApiDeps, sessions: Sessions, limits: Limits): MiddlewareHandler<Caller> {
  return async (c, next) => {
    if (OPEN.test(c.req.path)) return next();
    const known = await whoSends(c, deps, sessions).catch(counted(c, limits));
    if (known) {
      c.set('person', known.person);
      c.set('means', known.means);
      c.set('session', known.session);
      await next();
      if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
      return;
    }
    if (FOR_PROGRAMS.test(c.req.path)) {
      await limits.countRefusal(c);
      throw new RequestProblem('unauthenticated', 'the request has no token that counts');
    }
    const wanted = c.req.method === 'GET' ? new URL(c.req.url) : undefined;
    const from = wanted ? `?next=${encodeURIComponent(wanted.pathname + wanted.search)}` : '';
    return c.redirect(`/sign-in${from}`, 303);
  };
}

function counted(c: Context, limits: Limits) {
  return async (error: unknown): Promise<never> => {
    if (error instanceof Problem && error.code === 'identity-refused') await limits.countRefusal(c);
    throw error;
  };
}

/** By the token that is sent, else by the browser's session: what is sent and does not count is not made good by a cookie. */
async function whoSends(c: Context, deps: ApiDeps, sessions: Sessions): Promise<Known | undefined> {
  const authorization = c.req.header('authorization');
  if (authorization === undefined) {
    const found = await sessions.find(c);
    return found && { ...found, means: 'session' };
  }
  const [, token = ''] = /^Bearer ([\w~+/.=-]{1,8000})$/i.exec(authorization) ?? [];
  if (JWT.test(token)) return personOfJwt(token, deps);
  const person = await deps.directory.personOfToken(token, nowOf(deps));
  return person && { person, means: 'token' };
}

async function personOfJwt(token: string, deps: ApiDeps): Promise<Known | undefined> {
  const { directory, identity } = deps;
  const settings = await directory.oidc();
  if (!settings) return undefined;
  const person = await directory.personOfClaims(await identity.verify(settings, token, nowOf(deps)));
  if (!person) throw new Problem('identity-refused', 'whoever the identity provider vouched for is not known here');
  await directory.remember(person, nowOf(deps));
  return { person: await directory.withRoles(person), means: 'jwt' };
}

function nowOf({ now = () => new Date() }: ApiDeps): Date {
  return now();
}

/** Refuses what is plainly not this person's to do; with a project, what holds in that one counts too. */
export async function allow(
  directory: FileDirectory,
  person: KnownPerson,
  { act, project }: { act: Act; project?: string | undefined },
): Promise<KnownPerson> {
  const local = project === undefined ? undefined : await directory.person(person.login, project);
  const there = { ...person, roles: [...new Set([...person.roles, ...(local?.roles ?? [])])] };
  const rules =
    project !== undefined && (act === 'roll-back' || act === 'skip')
      ? await directory.project(project).catch(notRead)
      : undefined;
  const refusal = refusalByRole(there, act, rules);
  if (refusal === undefined) return there;
  throw new RequestProblem('forbidden', refusal);
}

/** Then nothing is started or signalled anyway, for a reason that says more. */
function notRead(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}
