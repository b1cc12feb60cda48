import type { MergeBack } from '../../activities/index.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { Hands } from '../activities.ts';
import type { Run } from '../run.ts';
import { look, must } from '../step.ts';

/** One branch's news into another; a conflict becomes a pull request, which nobody waits for here. */
export async function mergedBack(run: Run, id: string, merge: MergeBack): Promise<void> {
  await must(run, { id, title: titleOf(merge) }, (using) => mergeOrAsk(run, using, merge));
}

/** Waits for the pull request of `mergedBack`, where there had to be one. */
export async function landed(run: Run, id: string, merge: MergeBack): Promise<void> {
  const number = run.pullRequests.get(merge.into);
  if (number === undefined) return;
  await must(run, { id, title: titleOf(merge) }, (using) => merged(run, using, { id, merge, number }));
}

/** Both in one step. */
export async function mergeInto(run: Run, using: Hands, { id, merge }: { id: string; merge: MergeBack }) {
  const report = await mergeOrAsk(run, using, merge);
  const number = run.pullRequests.get(merge.into);
  if (number === undefined) return report;
  const done = await merged(run, using, { id, merge, number });
  return { ...done, summary: `${report.summary}; ${done.summary}` };
}

async function mergeOrAsk(run: Run, using: Hands, merge: MergeBack): Promise<StepReport> {
  const { pullRequest, ...report } = await using.publish.ensureMergedBack({ ...run.context, merge });
  if (pullRequest) {
    run.pullRequests.set(merge.into, pullRequest.number);
    run.state.links[`merge-back to ${merge.into}`] = pullRequest.url;
  }
  return report;
}

function merged(
  run: Run,
  using: Hands,
  { id, merge, number }: { id: string; merge: MergeBack; number: number },
): Promise<StepReport> {
  return look(run, id, `pull request #${number} to be merged`, () =>
    using.waiting(run.waits.reviewEvery).awaitMergedBack({ ...run.context, merge, number }),
  );
}

function titleOf({ from, into }: MergeBack): string {
  return `Merge ${from.branch} back into ${into}`;
}
