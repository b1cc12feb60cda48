import { GraphQLError } from 'graphql';
import { rightsOf } from '../access.ts';
import { reaches } from '../apps.ts';
import { atLeast } from '../people.ts';
import type { Repository } from '../repository.ts';
import type { Ctx } from '../world.ts';

export type Args<T> = (args: T, c: Ctx) => unknown;
export type Input<T> = { input: T & { clientMutationId?: string } };

export function refused(type: 'NOT_FOUND' | 'FORBIDDEN' | 'UNPROCESSABLE', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export function unresolved(id: string): GraphQLError {
  return refused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** Repositories that the caller may see. */
export function seen({ var: { world, caller } }: Ctx): Repository[] {
  return world.repositories.all().filter((one) => rightsOf(world, one, caller) !== undefined);
}

/** An App does what its installation was given. */
export function assertPermitted({ var: { caller } }: Ctx, permission: string): void {
  const granted = caller?.installation?.permissions;
  if (granted && !reaches(granted[permission], 'write'))
    throw refused('FORBIDDEN', 'Resource not accessible by integration');
}

/** On a board. */
export function assertMayWrite(c: Ctx, repository: Repository): void {
  c.set('repository', repository);
  assertPermitted(c, 'organization_projects');
  if (!atLeast(rightsOf(c.var.world, repository, c.var.caller), 'write'))
    throw refused('FORBIDDEN', 'Resource not accessible by personal access token');
}
