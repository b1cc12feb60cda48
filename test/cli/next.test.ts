import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { ScratchRepository } from '../support/scratch-repository.ts';
import { slipway } from './run-cli.ts';

// Each starts processes of its own, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let repository: ScratchRepository;
afterEach(() => repository?.dispose());

const pyproject = (version: string) => ({ 'pyproject.toml': `[project]\nname = "acme"\nversion = "${version}"\n` });

async function next(...options: string[]) {
  const end = await slipway(['next', repository.folder, '--json', ...options]);
  expect(end.err).toBe('');
  return JSON.parse(end.out) as { last: string | null; bump: string; next: string | null; reasons: string[] };
}

test('next --json: one JSON document on stdout, with reasons', async () => {
  repository = new ScratchRepository()
    .write(pyproject('1.1.0'))
    .commit('feat: first')
    .tag('v1.1.0')
    .commit('feat: tabs (#7)');
  expect(await next()).toEqual({ last: '1.1.0', bump: 'minor', next: '1.2.0', reasons: ['feat: tabs (#7)'] });
});

test('next: for a person, the same in words', async () => {
  repository = new ScratchRepository()
    .write(pyproject('1.1.0'))
    .commit('feat: first')
    .tag('v1.1.0')
    .commit('fix: order');
  const { out } = await slipway(['next', repository.folder]);
  expect(out).toBe('last  1.1.0\nbump  patch\nnext  1.1.1\nbecause\n  - fix: order\n');
});

test('next: without a tag the file’s version is the first, finalised', async () => {
  repository = new ScratchRepository().write(pyproject('0.3.0.dev0')).commit('feat: first');
  expect(await next()).toMatchObject({ last: null, next: '0.3.0' });
});

test('next: commits that call for nothing suggest nothing', async () => {
  repository = new ScratchRepository()
    .write(pyproject('1.1.0'))
    .commit('feat: first')
    .tag('1.1.0')
    .commit('docs: words')
    .commit('ci: cache');
  expect(await next()).toMatchObject({ last: '1.1.0', bump: 'none', next: null });
});

test('next: a tag that the branch does not hold is not the last version', async () => {
  repository = new ScratchRepository().write(pyproject('1.1.0')).commit('feat: first').tag('v1.1.0');
  repository.git('checkout', '--quiet', '-b', 'side');
  repository.commit('feat!: other').tag('v2.0.0');
  repository.git('checkout', '--quiet', 'main');
  repository.commit('fix: order');
  expect(await next()).toMatchObject({ last: '1.1.0', bump: 'patch' });
});

test('next: a folder inside the repository is the repository', async () => {
  repository = new ScratchRepository()
    .write({ ...pyproject('1.1.0'), 'docs/a.md': 'a' })
    .commit('feat: first')
    .tag('v1.1.0');
  const { out } = await slipway(['next', join(repository.folder, 'docs'), '--json']);
  expect(JSON.parse(out)).toMatchObject({ last: '1.1.0', bump: 'none' });
});

test('next: a folder that is no repository, and one without a commit, are refused in words', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-none-'));
  try {
    const none = await slipway(['next', folder, '--json']);
    expect(none).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/is not in a git repository\n.*git clone/),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  repository = new ScratchRepository();
  const empty = await slipway(['next', repository.folder, '--json']);
  expect(empty).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/has no commit yet/) });
});
