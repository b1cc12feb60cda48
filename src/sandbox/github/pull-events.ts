import { happened } from './events.ts';
import { NOT_YET, pullFigures } from './pull-figures.ts';
import type { PullRecord } from './record.ts';
import { wholePullShape } from './shapes/pull.ts';
import { isListenedTo } from './webhooks.ts';
import type { Ctx } from './world.ts';

/** Tells hooks of a pull request. */
export async function tellPull(c: Ctx, action: string, issue: PullRecord, details: object = {}): Promise<void> {
  const { world, repository } = c.var;
  if (!isListenedTo(repository, 'pull_request')) return;
  const figures = await pullFigures(repository, issue, NOT_YET);
  const pull_request = wholePullShape(world, repository, issue, figures);
  happened(c, 'pull_request', action, { number: issue.number, ...details, pull_request });
}
