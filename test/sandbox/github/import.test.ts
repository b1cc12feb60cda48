import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitFile, git, TestGithub } from './world.ts';

const world = new TestGithub();
let seed: string;

beforeAll(async () => {
  await world.start();
  await world.createSample();
  seed = await world.clone('seed', 'token-rita');
  await commitFile(seed, 'develop', 'next.txt', 'next');
  await git(seed, 'push', '-q', 'origin', 'develop');
  await git(seed, 'tag', 'v0.1.0');
});

afterAll(() => world.stop());

async function imported(from: string, name: string): Promise<{ refs: string[]; main: string }> {
  const { path } = await world.github.createRepository({ owner: 'acme', name, from });
  const refs = await git(path, 'for-each-ref', '--format=%(refname)');
  return { refs: refs.split('\n'), main: await git(path, 'symbolic-ref', 'HEAD') };
}

test('a clone brings its branches, its origin’s and its tags, and is itself left as it was', async () => {
  await git(seed, 'checkout', '-q', '--detach');
  await git(seed, 'branch', '-q', '-D', 'develop');
  const before = await git(seed, 'for-each-ref');
  const { refs, main } = await imported(seed, 'clone');
  expect(refs).toEqual(['refs/heads/develop', 'refs/heads/main', 'refs/tags/v0.1.0']);
  expect(main).toBe('refs/heads/main');
  expect(await git(seed, 'for-each-ref')).toBe(before);
});

test('a shallow checkout without a branch, as CI makes it, is enough', async () => {
  const folder = join(world.folder, 'shallow');
  await git(world.folder, 'init', '-q', folder);
  await git(folder, 'fetch', '-q', '--depth=1', `${world.github.url}/acme/sample.git`, 'develop');
  await git(folder, 'checkout', '-q', 'FETCH_HEAD');
  expect(await imported(folder, 'shallow')).toEqual({ refs: ['refs/heads/main'], main: 'refs/heads/main' });
  const clone = await world.clone('from-shallow', 'token-rita', 'shallow');
  await commitFile(clone, 'topic', 'more.txt', 'more');
  await git(clone, 'push', '-q', 'origin', 'topic');
});

test('a folder without git becomes a first commit', async () => {
  const folder = join(world.folder, 'plain');
  mkdirSync(folder);
  writeFileSync(join(folder, 'pyproject.toml'), '[project]\n');
  expect(await imported(folder, 'plain')).toEqual({ refs: ['refs/heads/main'], main: 'refs/heads/main' });
  expect(await git(world.github.repositoryPath('acme', 'plain'), 'ls-tree', '--name-only', 'main')).toBe(
    'pyproject.toml',
  );
});

test('a name that could leave the folder is refused', async () => {
  for (const name of ['..', 'a/b', '-x', 'x.git', '']) {
    await expect(world.github.createRepository({ owner: 'acme', name })).rejects.toThrow('no repository name');
  }
});
