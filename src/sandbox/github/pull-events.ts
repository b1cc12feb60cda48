import { happened } from './events.ts';
import { pullFigures } from './pull-figures.ts';
import type { PullRecord } from './record.ts';
import { wholePullShape } from './shapes/pull.ts';
import type { Ctx } from './world.ts';

/** Tells hooks of a pull request; whether it can be merged is not known yet at that time. */
export async function tellPull(c: Ctx, action: string, issue: PullRecord, details: object = {}): Promise<void> {
  happened(c, 'pull_request', action, {
    number: issue.number,
    ...details,
    pull_request: await pullInEvent(c, issue),
  });
}

async function pullInEvent(c: Ctx, issue: PullRecord) {
  const { world, repository } = c.var;
  const figures = await pullFigures(world, repository, issue);
  return wholePullShape(world, repository, issue, { ...figures, mergeable: null, mergeableState: 'unknown' });
}
