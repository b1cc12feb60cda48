import { lstatSync, readFileSync } from 'node:fs';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '../domain/problem.ts';
import { type Git, gitProgram } from './git/program.ts';

/** A clone as it lies on disk, what is not committed included; what git ignores is not there. */
export interface WorkingTree {
  readonly root: string;
  readonly paths: readonly string[];
  /** undefined for what is no plain file. */
  read(path: string): Uint8Array | undefined;
  /** null takes the file away. */
  write(path: string, content: Uint8Array | null): Promise<void>;
  /** Paths that differ from the last commit. */
  readonly changed: readonly string[];
  /** Paths of a merge that is not done. */
  readonly conflicted: readonly string[];
  readonly branch: string | null;
  readonly remoteUrl: string | null;
  readonly defaultBranch: string | null;
  /** Local and remote branches by their bare names; the remote's time where both are there. */
  readonly branches: readonly { readonly name: string; readonly time: number }[];
  readonly tags: readonly { readonly name: string; readonly reachable: boolean }[];
  /** Older commits and tags may be left out of it. */
  readonly isShallow: boolean;
}

/** The clone that a folder is in. `repository-missing` where it is in none. */
export async function openWorkingTree(folder: string, git: Git = gitProgram({ files: true })): Promise<WorkingTree> {
  const root = await rootOf(git, folder);
  const ask = async (args: readonly string[], answers: readonly number[] = [0]) => {
    const end = await git(args, { folder: root, answers });
    return end.exitCode === 0 ? end.stdout : '';
  };
  const listed = await ask(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']);
  const status = await ask(['status', '--porcelain', '-z', '--no-renames', '--untracked-files=normal']);
  const remotes = (await ask(['remote'])).split('\n').filter(Boolean);
  const remote = remotes.includes('origin') ? 'origin' : remotes[0];
  const entries = status.split('\0').filter(Boolean);
  return {
    root,
    paths: listed.split('\0').filter((path) => path !== '' && isPlainFile(join(root, path))),
    read: (path) => (isPlainFile(join(root, path)) ? readFileSync(join(root, path)) : undefined),
    async write(path, content) {
      if (content === null) return rm(join(root, path));
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    changed: entries.map((entry) => entry.slice(3)),
    conflicted: entries.filter((entry) => /^(?:DD|AU|UD|UA|DU|AA|UU)/.test(entry)).map((entry) => entry.slice(3)),
    branch: (await ask(['symbolic-ref', '--quiet', '--short', 'HEAD'], [0, 1, 128])).trim() || null,
    remoteUrl:
      remote === undefined ? null : (await ask(['config', '--get', `remote.${remote}.url`], [0, 1])).trim() || null,
    defaultBranch: await defaultBranchOf(ask, remote),
    branches: await branchesOf(ask, remote),
    tags: await tagsOf(ask),
    isShallow: (await ask(['rev-parse', '--is-shallow-repository'])).trim() === 'true',
  };
}

async function rootOf(git: Git, folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) throw new Problem('repository-missing', `${folder} is not there`);
  if (!lstatSync(real).isDirectory()) throw new Problem('repository-missing', `${folder} is a file, not a folder`);
  const { exitCode, stdout, stderr } = await git(['rev-parse', '--show-toplevel'], { folder: real, answers: [0, 128] });
  if (exitCode === 0) return stdout.replace(/\n$/, '');
  const bare = /work tree/.test(stderr) ? 'a git repository without files (a bare one)' : 'not in a git repository';
  throw new Problem('repository-missing', `${folder} is ${bare}`);
}

type Ask = (args: readonly string[], answers?: readonly number[]) => Promise<string>;

async function defaultBranchOf(ask: Ask, remote: string | undefined): Promise<string | null> {
  if (remote === undefined) return null;
  const head = (await ask(['symbolic-ref', '--quiet', `refs/remotes/${remote}/HEAD`], [0, 1, 128])).trim();
  return head.slice(`refs/remotes/${remote}/`.length) || null;
}

async function branchesOf(ask: Ask, remote: string | undefined): Promise<WorkingTree['branches']> {
  const remotes = remote === undefined ? [] : [`refs/remotes/${remote}`];
  const output = await ask(['for-each-ref', '--format=%(committerdate:unix) %(refname)', 'refs/heads', ...remotes]);
  const named = output
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [time = '0', ref = ''] = line.split(' ');
      return { name: ref.replace(/^refs\/heads\//, '').replace(`refs/remotes/${remote}/`, ''), time: Number(time) };
    })
    .filter(({ name }) => name !== 'HEAD');
  return [...new Map(named.map((branch) => [branch.name, branch])).values()];
}

async function tagsOf(ask: Ask): Promise<WorkingTree['tags']> {
  const named = async (merged: readonly string[], answers: readonly number[]) =>
    (await ask(['for-each-ref', ...merged, '--format=%(refname:lstrip=2)', 'refs/tags'], answers))
      .split('\n')
      .filter(Boolean);
  // Without a commit yet nothing is reachable.
  const reachable = new Set(await named(['--merged=HEAD'], [0, 128, 129]));
  return (await named([], [0])).map((name) => ({ name, reachable: reachable.has(name) }));
}

/** A link may lead out of the repository: it is no file of it. */
function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** A copy of some files in another folder, for a tool that works in place. */
export async function copyFiles(tree: WorkingTree, paths: readonly string[], target: string): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), await readFile(join(tree.root, path)));
  }
}
