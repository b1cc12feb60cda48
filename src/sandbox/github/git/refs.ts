import type { Git } from './command.ts';
import { isRefName, isSha, NO_OBJECT } from './names.ts';

export interface Ref {
  name: string;
  sha: string;
  type: string;
}

export async function listRefs(git: Git, prefix = 'refs/'): Promise<Ref[]> {
  const lines = await git.text(['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)']);
  return lines
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([name]) => name?.startsWith(prefix))
    .map(([name, sha, type]) => ({ name: name!, sha: sha!, type: type! }));
}

export async function findRef(git: Git, name: string): Promise<Ref | undefined> {
  if (!isRefName(name)) return undefined; // git would read `refs/heads/main~1` as more than a name
  const object = await git.look(name);
  return object && { name, sha: object.sha, type: object.type };
}

export async function branchHead(git: Git, branch: string): Promise<string | undefined> {
  return (await findRef(git, `refs/heads/${branch}`))?.sha;
}

/** The commit that a branch, a tag, a full or short reference name or a (shortened) SHA stands for. */
export async function resolveCommit(git: Git, revision: string): Promise<string | undefined> {
  for (const name of [`refs/heads/${revision}`, `refs/tags/${revision}`, `refs/${revision}`, revision]) {
    const found = isRefName(name) && (await git.look(`${name}^{commit}`));
    if (found) return found.sha;
  }
  const other = revision === 'HEAD' || /^[0-9a-f]{4,40}$/.test(revision);
  return other ? (await git.look(`${revision}^{commit}`))?.sha : undefined;
}

/** Moves a reference if it still holds `from` (undefined: must not exist); answers whether it did. */
export async function moveRef(
  git: Git,
  name: string,
  { from, to }: { from: string | undefined; to: string | undefined },
): Promise<boolean> {
  const args = to === undefined ? ['-d', name, from ?? NO_OBJECT] : [name, to, from ?? NO_OBJECT];
  return (await git.attempt(['update-ref', ...args])).code === 0;
}

export async function isAncestor(git: Git, ancestor: string, descendant: string): Promise<boolean> {
  return (await git.attempt(['merge-base', '--is-ancestor', ancestor, descendant])).code === 0;
}

export async function mergeBase(git: Git, a: string, b: string): Promise<string | undefined> {
  const { code, stdout } = await git.attempt(['merge-base', a, b]);
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** SHAs from the newest; `from` is left out with all before it. */
export async function history(
  git: Git,
  from: string | undefined,
  to: string,
  limits: string[] = [],
): Promise<string[]> {
  const range = from === undefined ? [to] : [to, `^${from}`];
  const list = await git.text(['rev-list', '--topo-order', ...limits, ...range, '--']);
  return list.split('\n').filter(isSha);
}
