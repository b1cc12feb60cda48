import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkingTree } from '../../src/clients/working-tree.ts';
import { stageRepository } from '../../src/demo/stage-repository.ts';

let folder: string;
let origin: string;
let clone: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-stage-'));
  origin = join(folder, 'origin');
  clone = join(folder, 'clone');
  git(folder, 'init', '-q', '-b', 'main', origin);
  commit(origin, 'one');
  git(origin, 'tag', 'v1.0.0');
  commit(origin, 'two');
  git(origin, 'branch', 'develop');
  git(origin, 'tag', 'v1.1.0');
  git(folder, 'clone', '-q', origin, clone);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Rita', '-c', 'user.email=rita@example.org'];
  return execFileSync('git', [...who, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder },
  }).trim();
}

function commit(repository: string, text: string): void {
  writeFileSync(join(repository, 'file.txt'), text);
  git(repository, 'add', '.');
  git(repository, 'commit', '-q', '-m', `feat: ${text}`);
}

const stage = async () => stageRepository(await openWorkingTree(clone), join(folder, 'scratch'));
const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name).toSorted();

test("a develop branch that only the clone's remote has comes along", async () => {
  const staged = await stage();
  expect(names(staged.branches)).toEqual(['develop', 'main']);
  expect(names(staged.tags)).toEqual(['v1.0.0', 'v1.1.0']);
});

test('commits that were not pushed yet are what is released', async () => {
  commit(clone, 'mine');
  const { folder: staged } = await stage();
  expect(git(staged, 'log', '-1', '--format=%s', 'main')).toBe('feat: mine');
});

test('what is not committed is not taken, and the clone stays as it is', async () => {
  writeFileSync(join(clone, 'file.txt'), 'in the works');
  const before = git(clone, 'for-each-ref');
  const { folder: staged } = await stage();
  expect(git(staged, 'show', 'main:file.txt')).toBe('two');
  expect(git(clone, 'status', '--short')).toBe('M file.txt');
  expect(git(clone, 'for-each-ref')).toBe(before);
});

test('a commit that is checked out by itself becomes main, and knows no tag of its future', async () => {
  git(clone, 'checkout', '-q', 'v1.0.0');
  const staged = await stage();
  expect(names(staged.branches)).toEqual(['main']);
  expect(names(staged.tags)).toEqual(['v1.0.0']);
  expect(git(staged.folder, 'rev-parse', 'main')).toBe(git(clone, 'rev-parse', 'HEAD'));
});

test('a branch that the project file names and nobody has begins at what is checked out', async () => {
  const staged = await stage();
  await staged.ensureBranch('stable');
  expect(git(staged.folder, 'rev-parse', 'stable')).toBe(git(clone, 'rev-parse', 'HEAD'));
});
