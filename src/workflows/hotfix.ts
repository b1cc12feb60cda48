import type { HotfixRequest } from '../domain/run/request.ts';
import { type RunResult, rejected, untilEnded } from './ending.ts';
import { approve } from './phases/approve.ts';
import { bringBackMeanwhile, publishFix } from './phases/bring-back.ts';
import { close } from './phases/close.ts';
import { prepareFix } from './phases/fix.ts';
import { observe, publishedBy, released } from './phases/observe.ts';
import { putOnIndex, tag, takeTurn } from './phases/release.ts';
import { test } from './phases/test.ts';
import { openRun } from './run.ts';

/** A fix on top of what users have, from a branch that a person pushes to until main and develop have it as well. */
export async function hotfix(request: HotfixRequest): Promise<RunResult> {
  const run = await openRun('hotfix', request);
  return untilEnded(run, async () => {
    const prepared = await prepareFix(run); // waits for the fix
    const { candidate } = prepared;
    const tested = await test(run, prepared, candidate); // critical gates, lint and types; build, install

    const verdict = await approve(run, prepared, candidate);
    if (verdict.kind === 'rejected') return rejected(run, verdict);

    await takeTurn(run); // before releases that wait
    const tagged = await tag(run, prepared, candidate, candidate.commit);
    await putOnIndex(run, tested, candidate.commit); // the version is now spent
    await publishFix(run, prepared, tested);
    const observing = observe(run, publishedBy(tested, tagged)); // until its window ends
    await bringBackMeanwhile(run, prepared, observing); // a hotfix is not finished before main has it
    const observed = await observing;
    if (!observed.rolledBack) await close(run, { event: 'hotfix' });
    return released(run, observed);
  });
}
