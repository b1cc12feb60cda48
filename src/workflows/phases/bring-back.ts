import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { MergeBack } from '../../activities/index.ts';
import { leave } from '../ending.ts';
import { enter, type Run } from '../run.ts';
import { ask, must } from '../step.ts';
import type { PreparedFix } from './fix.ts';
import { landed, mergedBack } from './merge-back.ts';
import type { Observed } from './observe.ts';
import { githubRelease, image } from './publish.ts';
import type { Tested } from './test.ts';

/** Everywhere else that users look. main gets the fix before the next run may merge into it, where nobody has to be asked for that. */
export async function publishFix(run: Run, { branch, candidate }: PreparedFix, tested: Tested): Promise<void> {
  enter(run, 'publish');
  await githubRelease(run, tested, candidate.commit);
  if (!branch.olderLine) await mergedBack(run, TO_MAIN, toMain(run, candidate.commit, branch.ref));
  await leave(run);
  await image(run, tested, candidate.commit);
}

/** While the window runs; a fix that is rolled back in it is no longer wanted anywhere. */
export async function bringBackMeanwhile(run: Run, prepared: PreparedFix, observing: Promise<Observed>): Promise<void> {
  const scope = new CancellationScope();
  const bringing = scope.run(() => bringBack(run, prepared));
  const unwanted = observing.then(({ rolledBack }) => {
    if (rolledBack) scope.cancel();
  });
  const [brought] = await Promise.allSettled([bringing, unwanted]);
  const { rolledBack } = await observing;
  if (brought.status === 'rejected' && !(rolledBack && isCancellation(brought.reason))) throw brought.reason;
}

/** Back into main and develop; of an older line only if a person wants it. Then the branch has done its work. */
async function bringBack(run: Run, { branch, candidate }: PreparedFix): Promise<void> {
  const { branches } = run.context.project;
  if (branch.olderLine) {
    if (await isLeftAlone(run, branch.ref)) return;
    await mergedBack(run, TO_MAIN, toMain(run, candidate.commit, branch.ref));
  }
  await landed(run, TO_MAIN, toMain(run, candidate.commit, branch.ref));
  if (branches.develop && branches.develop !== branches.main) {
    const merge = { from: { branch: branches.main }, into: branches.develop };
    await mergedBack(run, TO_DEVELOP, merge);
    await landed(run, TO_DEVELOP, merge);
  }
  await must(run, { id: 'publish.branch', title: 'Delete the hotfix branch' }, (using) =>
    using.publish.ensureBranchDeleted({ ...run.context, ref: branch.ref, commit: candidate.commit }),
  );
}

const TO_MAIN = 'publish.merge-main';
const TO_DEVELOP = 'publish.merge-back';

function toMain(run: Run, commit: string, ref: string): MergeBack {
  return { from: { commit, branch: ref.replace('refs/heads/', '') }, into: run.context.project.branches.main };
}

/** The newer line may have the fix already, or never need it: a person says. */
function isLeftAlone(run: Run, ref: string): Promise<boolean> {
  const { version, project } = run.context;
  const name = ref.replace('refs/heads/', '');
  const message = `${version} is of an older line: is ${name} to be merged into ${project.branches.main}?`;
  return ask(run, { id: TO_MAIN, title: 'Merge the fix into the newer line' }, { code: 'merge-back-asked', message });
}
