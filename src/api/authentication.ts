import type { Context, MiddlewareHandler } from 'hono';
import type { FileDirectory, KnownPerson } from '../config/directory.ts';
import { type Act, mayDo, whoMay } from '../domain/authority.ts';
import { RequestProblem } from './problems.ts';
import type { Session, Sessions } from './sessions.ts';

export interface Caller {
  readonly Variables: {
    readonly person: KnownPerson;
    readonly requestId: string;
    /** Where the person signed in to pages: undefined for a token. */
    readonly session: Session | undefined;
  };
}

/** What everybody may see: health, the contract, what pages are made of, and the way in. */
const OPEN = /^\/(healthz|readyz|metrics|openapi\.json|hooks\/.*|docs(\/.*)?|assets\/.*|sign-in(\/.*)?)$/;
const FOR_PROGRAMS = /^\/v1(\/|$)/;

/** Whoever is not known gets no further, wherever that is; who they are never comes from the request's body. */
export function authenticate(directory: FileDirectory, sessions: Sessions, now: () => Date): MiddlewareHandler<Caller> {
  return async (c, next) => {
    if (OPEN.test(c.req.path)) return next();
    const found = await whoSends(c);
    if (found) {
      c.set('person', found.person);
      c.set('session', found.session);
      await next();
      if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
      return;
    }
    if (FOR_PROGRAMS.test(c.req.path)) {
      throw new RequestProblem('unauthenticated', 'the request has no token that counts');
    }
    const wanted = c.req.method === 'GET' ? new URL(c.req.url) : undefined;
    const from = wanted ? `?next=${encodeURIComponent(wanted.pathname + wanted.search)}` : '';
    return c.redirect(`/sign-in${from}`, 303);
  };

  async function whoSends(c: Context): Promise<{ person: KnownPerson; session?: Session } | undefined> {
    const authorization = c.req.header('authorization');
    if (authorization === undefined) return sessions.find(c);
    const [, token] = /^Bearer ([\w~+/.=-]{1,500})$/i.exec(authorization) ?? [];
    const person = token === undefined ? undefined : await directory.personOfToken(token, now());
    return person && { person };
  }
}

/** Refuses what is plainly not this person's to do; with a project, roles that hold in that one count too. */
export async function allow(
  directory: FileDirectory,
  person: KnownPerson,
  { act, project }: { act: Act; project?: string | undefined },
): Promise<KnownPerson> {
  const there = project === undefined ? person : ((await directory.person(person.login, project)) ?? person);
  if (mayDo(there.roles, act)) return there;
  const roles = there.roles.join(', ') || 'no role';
  throw new RequestProblem(
    'forbidden',
    `${person.login} (${roles}) may not ${VERBS[act]}: ${whoMay(act).join(', ')} may`,
  );
}

const VERBS: Readonly<Record<Act, string>> = {
  look: 'look',
  start: 'start a release',
  'roll-back': 'start a rollback',
  sign: 'sign off',
  check: 'tick off the checklist',
  decide: 'decide on a blocked step',
  control: 'pause, resume or abort a run',
};
