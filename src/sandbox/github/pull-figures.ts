import { fileChanges } from './git/diff.ts';
import { branchHead, history, mergeBase } from './git/refs.ts';
import { mergeabilityOf } from './mergeability.ts';
import type { PullRecord } from './record.ts';
import type { Repository } from './repository.ts';
import type { PullFigures } from './shapes/pull.ts';
import type { World } from './world.ts';

/** From where a pull request's own commits start: for an open one that moves with its base. */
export async function pullRange(
  { git }: Repository,
  { pull, state }: PullRecord,
): Promise<{ from: string; to: string }> {
  const base = state === 'open' ? ((await branchHead(git, pull.base.ref)) ?? pull.base.sha) : pull.base.sha;
  return { from: (await mergeBase(git, base, pull.head.sha)) ?? base, to: pull.head.sha };
}

export async function pullFigures(world: World, repository: Repository, issue: PullRecord): Promise<PullFigures> {
  const { mergeable, state, trialMerge } = await mergeabilityOf(world, repository, issue);
  const { from, to } = await pullRange(repository, issue);
  const [files, commits] = await Promise.all([
    fileChanges(repository.git, from, to),
    history(repository.git, issue.state === 'open' ? from : issue.pull.base.sha, to),
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
