import type { MiddlewareHandler } from 'hono';
import { atLeast, type Caller, lower, type Scope } from './people.ts';
import { forbidden, notFound, refuse } from './refusals.ts';
import type { Repository } from './repository.ts';
import type { Ctx, GithubEnv, World } from './world.ts';

/** What a person may do in a repository, whatever token they use. */
export function roleOf(world: World, { record }: Repository, login: string): Scope | undefined {
  if (record.owner.toLowerCase() === login.toLowerCase()) return 'admin';
  if (record.collaborators === null) return world.people.scopeOf(login);
  const name = Object.keys(record.collaborators).find((each) => each.toLowerCase() === login.toLowerCase());
  return name === undefined ? undefined : record.collaborators[name];
}

/** What this request may do: the person's rights, no more than the token's; undefined: not even see a private repository. */
export function rightsOf(world: World, repository: Repository, caller: Caller | null): Scope | undefined {
  const open = repository.record.private ? undefined : 'read';
  if (!caller) return open;
  if (caller.installation)
    return caller.installation.repositories.includes(repository.fullName.toLowerCase()) ? caller.scope : open;
  const role = roleOf(world, repository, caller.account.login);
  return role === undefined ? open : lower(role, caller.scope);
}

/** Finds the repository of the path; a private one is not there for those who may not see it. */
export const findRepository: MiddlewareHandler<GithubEnv> = async (c, next) => {
  const { world, caller } = c.var;
  const repository = world.repositories.find(c.req.param('owner') ?? '', c.req.param('repo') ?? '');
  if (!repository || rightsOf(world, repository, caller) === undefined) throw notFound();
  c.set('repository', repository);
  const reading = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!reading && !caller) throw refuse(401, 'Requires authentication');
  await next();
};

/** For the routes that need more than to be able to read. */
export function needs(scope: Scope): MiddlewareHandler<GithubEnv> {
  return async (c, next) => {
    if (!c.var.caller) throw refuse(401, 'Requires authentication');
    if (!atLeast(rightsOf(c.var.world, c.var.repository, c.var.caller), scope)) throw forbidden();
    await next();
  };
}

/** What anyone may do who sees the repository and whose token may write: open pull requests and issues, comment, review. */
export const participates: MiddlewareHandler<GithubEnv> = async (c, next) => {
  if (!c.var.caller) throw refuse(401, 'Requires authentication');
  if (!atLeast(c.var.caller.scope, 'write')) throw forbidden();
  await next();
};

/** Authors change what they wrote; others need to be able to push. */
export function atLeastAuthor(c: Ctx, { author }: { author: string }): void {
  const { world, repository, caller } = c.var;
  if (caller?.account.login === author || atLeast(rightsOf(world, repository, caller), 'write')) return;
  throw forbidden();
}
