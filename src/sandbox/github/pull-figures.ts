import { lineCounts } from './git/diff.ts';
import { branchHead, history, mergeBase } from './git/refs.ts';
import type { Mergeability } from './mergeability.ts';
import type { PullRecord } from './record.ts';
import type { Repository } from './repository.ts';
import type { PullFigures } from './shapes/pull.ts';

/** From where a pull request's own commits start: for an open one that moves with its base. */
export async function pullRange(
  { git }: Repository,
  { pull, state }: PullRecord,
): Promise<{ from: string; to: string }> {
  const base = state === 'open' ? ((await branchHead(git, pull.base.ref)) ?? pull.base.sha) : pull.base.sha;
  return { from: (await mergeBase(git, base, pull.head.sha)) ?? base, to: pull.head.sha };
}

/** Whether it can be merged GitHub works out in its own time. */
export const NOT_YET: Mergeability = { mergeable: null, state: 'unknown', trialMerge: null };

export async function pullFigures(
  repository: Repository,
  issue: PullRecord,
  { mergeable, state, trialMerge }: Mergeability,
): Promise<PullFigures> {
  const { base, head } = issue.pull;
  const { from, to } = await pullRange(repository, issue);
  const [files, commits] = await Promise.all([
    lineCounts(repository.git, from, to),
    history(repository.git, issue.state === 'open' ? from : base.sha, head.sha),
  ]);
  return {
    mergeable,
    mergeableState: state,
    trialMerge,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}
