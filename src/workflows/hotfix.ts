import type { HotfixRequest } from '../domain/run/request.ts';
import { type RunResult, rejected, untilEnded } from './ending.ts';
import { approve } from './phases/approve.ts';
import { bringBack, publishFix } from './phases/bring-back.ts';
import { prepareFix } from './phases/fix.ts';
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
    await tag(run, candidate, candidate.commit);
    await putOnIndex(run, tested, candidate.commit); // the version is now spent
    await publishFix(run, prepared, tested);
    await bringBack(run, prepared); // a hotfix is not finished before main has it
    return { outcome: 'released', summary: `${run.context.project.package} ${request.version} (hotfix) is released` };
  });
}
