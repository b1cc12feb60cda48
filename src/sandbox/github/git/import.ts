import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Git } from './command.ts';
import { writeCommit } from './merge.ts';
import { listRefs } from './refs.ts';

/** Fills an empty repository from another one, or from a folder without git; answers which branch is its main one. */
export async function importFrom(git: Git, source: string, wanted: string | undefined): Promise<string> {
  const from = resolve(source);
  if (!isRepository(from)) return importFolder(git, from, wanted ?? 'main');
  await fetch(git, from, ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
  const { remote, head } = await refsOf(git, from);
  const own = new Set((await listRefs(git, 'refs/heads/')).map(({ name }) => name.slice('refs/heads/'.length)));
  // Of a branch that only a clone's origin has, the clone is the only trace here.
  const more = remote.filter((branch) => !own.has(branch));
  await fetch(
    git,
    from,
    more.map((branch) => `+refs/remotes/origin/${branch}:refs/heads/${branch}`),
  );
  const branches = [...own, ...more];
  const main = wanted ?? [head, 'main', 'master', ...branches].find((name) => branches.includes(name ?? '')) ?? 'main';
  if (!branches.includes(main)) await fetch(git, from, [`+HEAD:refs/heads/${main}`]); // checked out without a branch
  return main;
}

function isRepository(folder: string): boolean {
  return existsSync(join(folder, '.git')) || (existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects')));
}

/** Shallow clones too: what they lack is lacking here as well. */
async function fetch(git: Git, from: string, refs: readonly string[]): Promise<void> {
  if (refs.length > 0)
    await git.text(['fetch', '--quiet', '--no-write-fetch-head', '--update-shallow', '--', from, ...refs]);
}

/** The branches of a clone's origin, and what its origin (or else itself) has checked out. */
async function refsOf(git: Git, from: string): Promise<{ remote: string[]; head: string | undefined }> {
  const lines = (await git.text(['ls-remote', '--symref', '--', from])).split('\n');
  const remote = lines.flatMap((line) => /\trefs\/remotes\/origin\/(?!HEAD$)(.+)$/.exec(line)?.[1] ?? []);
  const target = (name: string) =>
    lines
      .map((line) => new RegExp(`^ref: refs/(?:heads|remotes/origin)/(\\S+)\t${name}$`).exec(line)?.[1])
      .find(Boolean);
  return { remote, head: target('refs/remotes/origin/HEAD') ?? undefined };
}

async function importFolder(git: Git, from: string, branch: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-index-'));
  const env = { GIT_INDEX_FILE: join(folder, 'index'), GIT_WORK_TREE: from };
  const author = { name: 'Sandbox', email: 'sandbox@example.org' };
  try {
    await git.text(['add', '--all', '--', from], { env });
    const tree = await git.text(['write-tree'], { env });
    const commit = await writeCommit(git, { tree, parents: [], message: 'chore: begin', author, committer: author });
    await git.text(['update-ref', `refs/heads/${branch}`, commit]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return branch;
}
