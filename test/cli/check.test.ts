import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { TestGithub } from '../sandbox/github/world.ts';
import { freshIndex } from '../sandbox/index-setup.ts';
import { sdist, wheel } from '../support/distribution.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';
import { slipway } from './run-cli.ts';

// Each starts processes of its own, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const index = freshIndex();
const hub = new TestGithub();
let repository: ScratchRepository;
let count = 0;

beforeAll(() => hub.start());
afterAll(() => hub.stop());
beforeEach(() => {
  index.clock = new Date();
  repository = new ScratchRepository()
    .write({
      'pyproject.toml': '[project]\nname = "sample"\nversion = "1.1.0"\n',
      'src/sample/__init__.py': '__version__ = "1.1.0"\n',
    })
    .commit('feat: first')
    .tag('v1.1.0');
  repository.write({ 'pyproject.toml': '[project]\nname = "sample"\nversion = "1.2.0"\n' });
  repository.write({ 'src/sample/__init__.py': '__version__ = "1.2.0"\n' }).commit('chore: 1.2.0');
});
afterEach(() => repository.dispose());

/** The project as its remote has it; `github` is its releases as well. */
async function project({ github = false } = {}): Promise<string[]> {
  count += 1;
  const name = `sample-${count}`;
  await hub.github.createRepository({ owner: 'acme', name, from: repository.folder });
  const { uploadUrl, simpleUrl } = index.index;
  const publish = {
    index: { name: 'pypi', credential: 'PYPI_TOKEN', uploadUrl, simpleUrl },
    github: github ? { credential: 'HUB_TOKEN', apiUrl: hub.github.apiUrl } : null,
  };
  const file = join(index.folder, 'sample.yaml');
  const yaml = { project: 'sample', repository: `${hub.github.url}/acme/${name}.git`, package: 'sample', publish };
  writeFileSync(file, JSON.stringify(yaml));
  return ['check', repository.folder, '--version', '1.2.0', '--project', file];
}

test('check: what is there and what is missing; exit 0, and nothing changes anywhere', async () => {
  repository.tag('v1.2.0');
  await index.upload(wheel(index.folder));
  const asked = await project();
  const changes = [index.journal.changes().length, hub.journal.changes().length];
  const end = await slipway(asked);
  expect(end).toMatchObject({ code: 0, err: '' });
  expect(end.out).toMatch(/^1\.2\.0 can be finished/);
  expect(end.out).toContain('There:\n  - the tag v1.2.0');
  expect(end.out).toContain('  - sample-1.2.0-py3-none-any.whl on pypi\n');
  expect(end.out).toContain('Missing:\n  - the sdist on pypi\n');
  expect([index.journal.changes().length, hub.journal.changes().length]).toEqual(changes);
  expect(repository.status()).toEqual([]);
});

test('check --json: contradictions with their remedies; exit 1', async () => {
  repository.git('tag', 'v1.2.0', 'v1.1.0^{}');
  const holder = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: repository.folder, encoding: 'utf8' }).slice(0, 12);
  index.clock = new Date(Date.now() - 20 * 86_400_000);
  await index.upload(wheel(index.folder));
  const end = await slipway([...(await project()), '--json']);
  expect(end.code).toBe(1);
  expect(JSON.parse(end.out)).toEqual({
    version: '1.2.0',
    kind: 'contradicts',
    contradictions: [
      {
        what: expect.stringContaining(`files say 1.1.0; main says 1.2.0 since ${holder}`),
        remedy: expect.stringContaining(holder),
      },
      { what: expect.stringContaining('began 20 days ago and lacks its sdist'), remedy: expect.stringMatching(/\w/) },
    ],
    notAsked: [],
  });
});

test('check: GitHub is asked with the token of the environment, and without one it says that it was not', async () => {
  repository.tag('v1.2.0');
  await index.upload(wheel(index.folder));
  await index.upload(await sdist(index.folder));
  const asked = [...(await project({ github: true })), '--json'];
  const repo = { owner: 'acme', repo: `sample-${count}` };
  await hub.as('token-rita').rest.repos.createRelease({ ...repo, tag_name: 'v1.2.0', draft: true });

  const without = JSON.parse((await slipway(asked)).out);
  expect(without).toMatchObject({ kind: 'nothing-left', notAsked: [expect.stringContaining('HUB_TOKEN is not set')] });

  const end = await slipway(asked, undefined, { HUB_TOKEN: 'token-rita' });
  expect(JSON.parse(end.out)).toMatchObject({
    kind: 'adoptable',
    there: expect.arrayContaining(['a draft of the GitHub release v1.2.0']),
    missing: ['the GitHub release v1.2.0'],
    notAsked: [],
  });
  expect(end.out + end.err).not.toContain('token-rita');
});

test('check: a version that is none is refused with what to write', async () => {
  const end = await slipway(['check', repository.folder, '--version', '1.2']);
  expect(end).toMatchObject({ code: 1, out: '', err: expect.stringContaining('1.2.0') });
});
