import { Problem } from '../../domain/problem.ts';
import type { ReleaseContext } from '../index.ts';
import type { CommitFacts, GitLocal } from '../ports.ts';
import { SLIPWAY } from '../slipway.ts';
import { hotfixOf, type PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

/** The commits that the request names, by SHA or as `#123` of a merged pull request. */
export async function namedCommits(deps: PublishDeps, context: ReleaseContext, folder: string): Promise<CommitFacts[]> {
  const commits: CommitFacts[] = [];
  for (const name of hotfixOf(context).commits) {
    const sha = name.startsWith('#') ? await mergeOf(deps, context, Number(name.slice(1))) : name;
    commits.push(await known(deps.git, folder, sha, name));
  }
  return commits;
}

async function mergeOf(deps: PublishDeps, context: ReleaseContext, number: number): Promise<string> {
  const pull = await deps.github.pullRequest(await required(deps, context.project), number);
  if (pull.merged && pull.mergeCommit) return pull.mergeCommit;
  throw new Problem('commit-missing', `pull request #${number} is not merged: there is nothing to pick from it`);
}

async function known(git: GitLocal, folder: string, sha: string, name: string): Promise<CommitFacts> {
  try {
    return await git.commit(folder, sha);
  } catch (error) {
    if (!(error instanceof Problem) || error.retry) throw error;
    throw new Problem('commit-missing', `no branch of the repository holds ${name}`, { cause: error });
  }
}

interface Picking {
  readonly folder: string;
  readonly commits: readonly CommitFacts[];
  readonly onto: string;
  readonly time: number;
}

/**
 * Each commit's change on top of the one before, without a checkout; a merge's is its change against its first parent. The same input
 * gives the same commits, so that a repeat pushes nothing new.
 */
export async function cherryPicked(git: GitLocal, { folder, commits, onto, time }: Picking): Promise<string> {
  let at = onto;
  for (const commit of commits) at = await picked(git, { folder, commit, onto: at, time });
  return at;
}

async function picked(
  git: GitLocal,
  { folder, commit, onto, time }: { folder: string; commit: CommitFacts; onto: string; time: number },
): Promise<string> {
  const [parent] = commit.parents;
  if (parent === undefined) throw new Problem('commit-missing', `${commit.sha} has no parent: it changes nothing`);
  const bare = { author: SLIPWAY, time };
  // Three commits that have only these trees in common: what lies between parent and commit, merged into where it goes.
  const before = await git.commitTree(folder, (await git.commit(folder, parent)).tree, {
    ...bare,
    parents: [],
    message: 'before',
  });
  const theirs = await git.commitTree(folder, commit.tree, { ...bare, parents: [before], message: 'picked' });
  const base = await git.commit(folder, onto);
  const ours = await git.commitTree(folder, base.tree, { ...bare, parents: [before], message: 'onto' });
  const { tree, conflicts } = await git.mergeTree(folder, ours, theirs);
  if (conflicts.length > 0) {
    const message = `${commit.sha.slice(0, 12)} (${subjectOf(commit)}) conflicts in ${conflicts.join(', ')}`;
    throw new Problem('cherry-pick-conflict', message, { faults: conflicts });
  }
  if (tree === base.tree) return onto; // it is there already
  const message = `${commit.message.trimEnd()}\n\n(cherry picked from commit ${commit.sha})\n`;
  return git.commitTree(folder, tree, { parents: [onto], message, author: commit.author, committer: SLIPWAY, time });
}

function subjectOf({ message }: CommitFacts): string {
  return message.split('\n')[0] ?? '';
}
