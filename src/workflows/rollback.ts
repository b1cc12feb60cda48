import { CancellationScope } from '@temporalio/workflow';
import type { RollbackRequest } from '../domain/run/request.ts';
import { type RunResult, rejected, untilEnded } from './ending.ts';
import { demoteDocs, demoteImage, demoteRelease } from './phases/demote.ts';
import { rollForward } from './phases/roll-forward.ts';
import { approveRollback, closeRollback, prepareRollback, wakeReleases, watchYanked } from './phases/rollback.ts';
import { tags, yank } from './phases/take-away.ts';
import { openRun } from './run.ts';
import { together } from './step.ts';

/** A published version taken back: away from installers and from every place that users look at first, with something better in its place. */
export async function rollback(request: RollbackRequest): Promise<RunResult> {
  const run = await openRun('rollback', request); // first its handlers: a signal may already be waiting
  const result = await untilEnded(run, async () => {
    const prepared = await prepareRollback(run); // users are warned at once, whoever signs off when
    const { facts } = prepared;

    const verdict = await approveRollback(run, facts);
    if (verdict) return rejected(run, verdict);

    await wakeReleases(run, 'its rollback has begun'); // a release in its window looks for itself
    await together([
      yank(run, facts), // a person's, and may take days: nothing waits for it
      demoteRelease(run, facts),
      demoteImage(run, facts),
      demoteDocs(run, facts),
      tags(run, facts),
      rollForward(run, facts), // a release of its own, which waits for its own people
    ]);
    await watchYanked(run, facts); // whoever yanked may take it back
    return closeRollback(run, prepared);
  });
  if (run.refused !== undefined) return result;
  await CancellationScope.nonCancellable(() => wakeReleases(run, `its rollback ended: ${result.outcome}`));
  return result;
}
