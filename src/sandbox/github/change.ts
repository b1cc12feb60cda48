import type { Change } from '../journal.ts';
import type { Ctx } from './world.ts';

export type Apply<T> = (change: Change) => T | Promise<T>;

/**
 * Looks whether a request may be done before it counts as a change, and once more when it is its turn to store.
 * `plan` throws what is refused and answers how to store; what it stores is on the disk before the answer.
 */
export async function store<T>(
  c: Ctx,
  what: { action: string; target: string; digest?: string },
  plan: () => Promise<Apply<T>> | Apply<T>,
): Promise<T> {
  const { repository, world } = c.var;
  const seen = repository.turns;
  const planned = await plan();
  return world.journal.change(c, { server: 'github', ...what }, (change) =>
    repository.alone(async () => {
      const apply = repository.turns === seen + 1 ? planned : await plan(); // somebody else was first: look again
      return apply(change);
    }),
  );
}
