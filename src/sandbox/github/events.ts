import type { Repository } from './repository.ts';
import { repositoryShape } from './shapes/repository.ts';
import { userShape } from './shapes/user.ts';
import type { Ctx, World } from './world.ts';

/** Fires a webhook event as this request's caller. */
export function happened(c: Ctx, event: string, action: string | null, details: object): void {
  const { world, repository, caller } = c.var;
  const payload = eventPayload(world, repository, caller!.account.login, { ...(action ? { action } : {}), ...details });
  world.webhooks.fire(c, repository, { event, action, payload });
}

export function eventPayload(world: World, repository: Repository, sender: string, details: object): object {
  return { ...details, repository: repositoryShape(world, repository), sender: userShape(world, sender) };
}
