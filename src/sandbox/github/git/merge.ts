import type { Git } from './command.ts';
import { isSha } from './names.ts';
import { readCommits } from './objects.ts';
import { history } from './refs.ts';

export interface Identity {
  name: string;
  email: string;
  date?: string;
}

/** GitHub commits what it merges in its own name. */
export const WEB_FLOW: Identity = { name: 'GitHub', email: 'noreply@github.com' };

/** The tree of a merge without a checkout; undefined where the two contradict. */
export async function mergedTree(git: Git, base: string, head: string): Promise<string | undefined> {
  const { code, stdout } = await git.attempt(['merge-tree', '--write-tree', '--no-messages', base, head]);
  const tree = stdout.toString('utf8').split('\n')[0] ?? '';
  return code === 0 && isSha(tree) ? tree : undefined;
}

export interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
  author: Identity;
  committer: Identity;
}

export async function writeCommit(git: Git, commit: NewCommit): Promise<string> {
  const env = { ...identityOf('AUTHOR', commit.author), ...identityOf('COMMITTER', commit.committer) };
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  return git.text(['commit-tree', commit.tree, ...parents, '-F', '-'], { env, input: commit.message });
}

/** The commits after `base` one by one on top of `onto`; undefined where one does not apply. */
export async function rebased(
  git: Git,
  { onto, base, head, committer }: { onto: string; base: string; head: string; committer: Identity },
): Promise<string | undefined> {
  let tip = onto;
  for (const commit of await readCommits(git, (await history(git, base, head, ['--no-merges'])).reverse())) {
    // A commit with the tip's tree on the picked commit's parent makes that parent the merge base.
    const stand = await writeCommit(git, {
      tree: (await git.look(`${tip}^{tree}`))!.sha,
      parents: commit.parents,
      message: 'stand-in',
      author: committer,
      committer,
    });
    const tree = await mergedTree(git, stand, commit.sha);
    if (tree === undefined) return undefined;
    tip = await writeCommit(git, { tree, parents: [tip], message: commit.message, author: commit.author, committer });
  }
  return tip;
}

function identityOf(role: 'AUTHOR' | 'COMMITTER', who: Identity): Record<string, string> {
  const date = who.date === undefined ? {} : { [`GIT_${role}_DATE`]: who.date };
  return { [`GIT_${role}_NAME`]: who.name, [`GIT_${role}_EMAIL`]: who.email, ...date };
}
