import type { CommitFacts, GitLocal, RefState } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { checkPath, checkRevision } from './names.ts';
import type { Git } from './program.ts';

type Reads =
  | 'refs'
  | 'commit'
  | 'log'
  | 'tagsReachableFrom'
  | 'isAncestor'
  | 'mergeBase'
  | 'changedPaths'
  | 'diff'
  | 'list'
  | 'read';

/** One entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly sha: string;
  readonly path: string;
}

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'];
const FORMAT = `--format=${FIELDS.join('%x00')}`;

export function gitReads(git: Git): Pick<GitLocal, Reads> {
  const commits = async (folder: string, args: readonly string[]) => {
    const { stdout } = await git(['log', '-z', '--encoding=UTF-8', '--no-notes', '--no-decorate', FORMAT, ...args], {
      folder,
    });
    return parseCommits(stdout);
  };

  return {
    refs: (folder) => showRefs(git, folder),
    async commit(folder, revision) {
      const sha = await resolve(git, folder, revision);
      return (await commits(folder, ['--max-count=1', sha]))[0] as CommitFacts;
    },
    async log(folder, from, to, options = {}) {
      const [newest, oldest] = [
        await resolve(git, folder, to),
        from === null ? null : await resolve(git, folder, from),
      ];
      return commits(folder, [
        '--reverse',
        ...(options.firstParent ? ['--first-parent'] : []),
        ...(options.limit === undefined ? [] : [`--max-count=${options.limit}`]),
        oldest === null ? newest : `${oldest}..${newest}`,
      ]);
    },
    async tagsReachableFrom(folder, sha) {
      const commit = await resolve(git, folder, sha);
      const { stdout } = await git(['for-each-ref', `--merged=${commit}`, '--format=%(refname)', 'refs/tags'], {
        folder,
      });
      const all = await showRefs(git, folder);
      const names = stdout.split('\n').filter(Boolean);
      return names.map((ref) => ({ tag: ref.slice('refs/tags/'.length), commit: all[`${ref}^{}`] ?? all[ref] ?? '' }));
    },
    async isAncestor(folder, ancestor, descendant) {
      const [a, b] = [await resolve(git, folder, ancestor), await resolve(git, folder, descendant)];
      return (await git(['merge-base', '--is-ancestor', a, b], { folder, answers: [0, 1] })).exitCode === 0;
    },
    async mergeBase(folder, a, b) {
      const shas = [await resolve(git, folder, a), await resolve(git, folder, b)];
      const { exitCode, stdout } = await git(['merge-base', ...shas], { folder, answers: [0, 1] });
      return exitCode === 0 ? stdout.trim() : null;
    },
    async changedPaths(folder, from, to) {
      const trees = [await resolve(git, folder, from, 'tree'), await resolve(git, folder, to, 'tree')];
      const { stdout } = await git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', ...trees], { folder });
      return stdout.split('\0').filter(Boolean);
    },
    async diff(folder, from, to) {
      const trees = [await resolve(git, folder, from, 'tree'), await resolve(git, folder, to, 'tree')];
      return (
        await git(['diff-tree', '-p', '--no-ext-diff', '--no-textconv', '--no-color', '-M', ...trees], { folder })
      ).stdout;
    },
    async list(folder, revision) {
      const entries = await listTree(git, folder, await resolve(git, folder, revision, 'tree'));
      return entries.filter(({ mode }) => mode !== SUBMODULE).map(({ path }) => path);
    },
    /** A symbolic link is no file: what it points at has a path of its own. */
    async read(folder, revision, path) {
      const entry = await entryAt(git, folder, await resolve(git, folder, revision, 'tree'), path);
      if (entry === undefined || !REGULAR.has(entry.mode)) return undefined;
      return (await git(['cat-file', 'blob', entry.sha], { folder })).bytes;
    },
  };
}

const SUBMODULE = '160000';
export const REGULAR = new Set(['100644', '100755']);

/** The object that a revision names; a question whose "no" is a problem of its own. */
export async function resolve(
  git: Git,
  folder: string,
  revision: string,
  kind: 'commit' | 'tree' = 'commit',
): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision; // whoever uses it sees whether it is there
  const wanted = `${checkRevision(revision)}^{${kind}}`;
  const { exitCode, stdout } = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', wanted], {
    folder,
    answers: [0, 1],
  });
  if (exitCode !== 0)
    throw new Problem('branch-missing', `${revision} is not there: no such ${kind} in the repository`);
  return stdout.trim();
}

export async function entryAt(git: Git, folder: string, tree: string, path: string): Promise<TreeEntry | undefined> {
  const entries = await listTree(git, folder, tree, [checkPath(path)]);
  return entries.find((entry) => entry.path === path);
}

export async function listTree(
  git: Git,
  folder: string,
  tree: string,
  paths: readonly string[] = [],
): Promise<TreeEntry[]> {
  const { stdout } = await git(['ls-tree', '-r', '-z', '--full-tree', tree, '--', ...paths], { folder });
  return stdout.split('\0').flatMap((line) => {
    const [, mode, sha, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return mode === undefined || sha === undefined || path === undefined ? [] : [{ mode, sha, path }];
  });
}

async function showRefs(git: Git, folder: string): Promise<RefState> {
  const { stdout } = await git(['show-ref', '--dereference'], { folder, answers: [0, 1] });
  const lines = stdout.split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
}

function parseCommits(stdout: string): CommitFacts[] {
  const fields = stdout.split('\0');
  const count = Math.floor(fields.length / FIELDS.length);
  return Array.from({ length: count }, (_, index) => {
    const at = (field: number) => fields[index * FIELDS.length + field] ?? '';
    return {
      sha: at(0),
      tree: at(1),
      parents: at(2).split(' ').filter(Boolean),
      author: { name: at(3), email: at(4) },
      authorTime: Number(at(5)),
      committer: { name: at(6), email: at(7) },
      time: Number(at(8)),
      message: at(9),
    };
  });
}
