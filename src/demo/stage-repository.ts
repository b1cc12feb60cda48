import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitProgram } from '../clients/git/program.ts';
import type { WorkingTree } from '../clients/working-tree.ts';
import { Problem } from '../domain/problem.ts';

/** A bare copy of what is released: read from a clone, which is not touched. */
export interface Staged {
  readonly folder: string;
  /** What is checked out in the clone. */
  readonly commit: string;
  readonly branch: string | null;
  readonly branches: readonly { readonly name: string; readonly time: number }[];
  readonly tags: readonly { readonly name: string; readonly reachable: boolean }[];
  /** A branch that the project file names and the clone has only from its remote, or not at all. */
  ensureBranch(name: string): Promise<void>;
}

/**
 * With a branch checked out: all branches and tags. With a commit checked out (as CI does): that commit as the main branch, and the tags
 * that it can reach, since later ones would make every version of its time a past one.
 */
export async function stageRepository({ root, branch, defaultBranch }: WorkingTree, scratch: string): Promise<Staged> {
  const git = gitProgram({ files: true });
  const folder = join(scratch, 'staged.git');
  mkdirSync(folder, { recursive: true });
  const ask = async (args: readonly string[]) => (await git(args, { folder })).stdout;
  await ask(['init', '--quiet', '--bare', folder]);
  const commit = (
    await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { folder: root, answers: [0, 1, 128] })
  ).stdout.trim();
  if (commit === '') throw new Problem('branch-missing', `${root} has no commit yet`);
  const remotes = await remoteHeads();
  const take = (...refs: string[]) =>
    ask(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', root, ...refs]);
  const main = defaultBranch ?? 'main';
  if (branch === null) {
    await take(`+HEAD:refs/heads/${main}`, '+refs/tags/*:refs/tags/*');
    const unreachable = (await ask(['for-each-ref', '--format=%(refname)', `--no-merged=${commit}`, 'refs/tags']))
      .split('\n')
      .filter(Boolean);
    for (const ref of unreachable) await ask(['update-ref', '-d', ref]);
  } else {
    await take('+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*');
  }
  await fromRemote(main);
  await fromRemote('develop');
  return {
    folder,
    commit,
    branch: branch ?? main,
    branches: await branches(),
    tags: await tags(),
    async ensureBranch(name) {
      await fromRemote(name);
      if (!(await has(name))) await ask(['update-ref', `refs/heads/${name}`, commit]);
    },
  };

  async function tags(): Promise<Staged['tags']> {
    const names = async (...which: string[]) =>
      (await ask(['for-each-ref', '--format=%(refname:lstrip=2)', ...which, 'refs/tags'])).split('\n').filter(Boolean);
    const reachable = new Set(await names(`--merged=${commit}`));
    return (await names()).map((name) => ({ name, reachable: reachable.has(name) }));
  }

  async function remoteHeads(): Promise<ReadonlyMap<string, string>> {
    const refs = (await git(['for-each-ref', '--format=%(refname)', 'refs/remotes'], { folder: root })).stdout.split(
      '\n',
    );
    return new Map(refs.filter(Boolean).map((ref) => [ref.split('/').slice(3).join('/'), ref]));
  }

  async function fromRemote(name: string): Promise<void> {
    const ref = remotes.get(name);
    if (ref !== undefined && branch !== null && !(await has(name))) await take(`${ref}:refs/heads/${name}`);
  }

  async function has(name: string): Promise<boolean> {
    return (
      (await git(['show-ref', '--verify', '--quiet', `refs/heads/${name}`], { folder, answers: [0, 1] })).exitCode === 0
    );
  }

  async function branches(): Promise<Staged['branches']> {
    const lines = (
      await ask(['for-each-ref', '--format=%(committerdate:unix) %(refname:lstrip=2)', 'refs/heads'])
    ).split('\n');
    return lines.filter(Boolean).map((line) => {
      const [time = '0', ...name] = line.split(' ');
      return { name: name.join(' '), time: Number(time) };
    });
  }
}
