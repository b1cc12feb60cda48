import type { MiddlewareHandler } from 'hono';
import type { FileDirectory, KnownPerson } from '../config/directory.ts';
import { type Act, mayDo, whoMay } from '../domain/authority.ts';
import { RequestProblem } from './problems.ts';

export interface Caller {
  readonly Variables: { readonly person: KnownPerson; readonly requestId: string };
}

/** Whoever has no token that counts gets no further. Who they are never comes from the request's body. */
export function authenticate(directory: FileDirectory, now: () => Date): MiddlewareHandler {
  return async (c, next) => {
    const [, token] = /^Bearer ([\w~+/.=-]{1,500})$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const person = token === undefined ? undefined : await directory.personOfToken(token, now());
    if (!person) throw new RequestProblem('unauthenticated', 'the request has no token that counts');
    c.set('person', person);
    await next();
  };
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
