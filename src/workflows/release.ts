import type { ReleaseRequest } from '../domain/run/request.ts';
import { type RunResult, rejected, untilEnded, withdraw } from './ending.ts';
import { adopt } from './phases/adopt.ts';
import { approve } from './phases/approve.ts';
import { close } from './phases/close.ts';
import { observe, publishedBy, released } from './phases/observe.ts';
import { planned } from './phases/plan.ts';
import { prepare } from './phases/prepare.ts';
import { publishElsewhere } from './phases/publish.ts';
import { merge, putOnIndex, tag } from './phases/release.ts';
import { test } from './phases/test.ts';
import { openRun } from './run.ts';

/** One version of one package, from a commit on develop to users who can install it. */
export async function release(request: ReleaseRequest): Promise<RunResult> {
  const run = await openRun('release', request); // first its handlers: a signal may already be waiting
  return untilEnded(run, async () => {
    const prepared = request.adopt ? await adopt(run) : await prepare(run);
    let { candidate } = prepared;

    for (;;) {
      const tested = await test(run, prepared, candidate); // gates, build, install, rehearsal
      if (request.dryRun) return planned(run, prepared);
      if (request.testOnly) return withdraw(run, 'rehearsed', 'tested and rehearsed; nothing was published');

      const verdict = await approve(run, prepared, candidate);
      if (verdict.kind === 'rejected') return rejected(run, verdict);

      const merged = await merge(run, prepared, candidate, verdict); // takes its turn in the project's lane
      if (merged.kind === 'moved') {
        candidate = merged.candidate; // main moved: test what would really be merged
        continue;
      }

      const tagged = await tag(run, prepared, candidate, merged.commit);
      await putOnIndex(run, tested, merged.commit); // the version is now spent: it can be yanked, never replaced
      await publishElsewhere(run, tested, merged.commit);
      const observed = await observe(run, publishedBy(tested, tagged)); // until its window ends
      if (!observed.rolledBack) await close(run, { event: 'released' }); // none of it holds the outcome
      return released(run, observed);
    }
  });
}
