import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readProjectFile } from '../../src/config/project-file.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';
import { slipway } from './run-cli.ts';

// Each starts processes of its own, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let repository: ScratchRepository;
let here: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'slipway-here-'));
  repository = new ScratchRepository()
    .write({
      'pyproject.toml':
        '[project]\nname = "acme-tool"\nversion = "1.1.0"\n[project.optional-dependencies]\ntest = ["pytest"]\n',
      'src/acme_tool/__init__.py': '',
      'tests/test_it.py': 'def test_it(): pass\n',
      'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n',
      '.gitignore': 'secret.md\n',
      'secret.md': 'x',
    })
    .commit('feat: first')
    .tag('v1.1.0');
  repository.git('remote', 'add', 'origin', 'git@github.com:acme/tool.git');
});
afterEach(() => {
  repository.dispose();
  rmSync(here, { recursive: true });
});

test('detect: writes a project file that the service reads, and says where', async () => {
  const end = await slipway(['detect', repository.folder], here);
  expect(end.err).toBe('');
  expect(end.out).toMatch(/^Wrote projects\/acme-tool\.yaml\n/);
  const file = join(here, 'projects/acme-tool.yaml');
  const project = readProjectFile(readFileSync(file, 'utf8'), { file });
  expect(project).toMatchObject({
    project: 'acme-tool',
    repository: 'https://github.com/acme/tool.git',
    package: 'acme-tool',
    branches: { main: 'main', develop: null },
    version: { files: ['pyproject.toml'], tag: 'v{version}', dynamic: false },
    changelog: 'CHANGELOG.md',
    environment: { install: ['-e', '.[test]'] },
    policy: 'light',
  });
  expect(project.gates.map(({ run }) => run)).toEqual(['python -m pytest tests']);
});

test('detect --print: the file alone on stdout, nothing written', async () => {
  const end = await slipway(['detect', repository.folder, '--print'], here);
  expect(readProjectFile(end.out, { file: 'printed' }).package).toBe('acme-tool');
  expect(existsSync(join(here, 'projects'))).toBe(false);
});

test('detect: what could not be found is said, on stderr with --print', async () => {
  repository.git('rm', '--quiet', '-r', 'CHANGELOG.md', 'tests');
  const end = await slipway(['detect', repository.folder, '--print'], here);
  expect(end.err).toMatch(/a changelog: the notes of a release come from its commits/);
  expect(end.err).toMatch(/tests: no test was found/);
  expect(readProjectFile(end.out, { file: 'printed' })).toMatchObject({ changelog: null, gates: [] });
});

test('detect: a file that somebody changed is not written over', async () => {
  await slipway(['detect', repository.folder, '--out', 'acme.yaml'], here);
  expect((await slipway(['detect', repository.folder, '--out', 'acme.yaml'], here)).code).toBe(0);
  repository.git('branch', 'develop');
  const refused = await slipway(['detect', repository.folder, '--out', 'acme.yaml'], here);
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--force') });
  expect((await slipway(['detect', repository.folder, '--out', 'acme.yaml', '--force'], here)).code).toBe(0);
});

test('detect: nothing of the repository is run or changed', async () => {
  repository.write({ 'setup.py': 'open("ran", "w")\n', 'conftest.py': 'open("ran", "w")\n' }).commit('chore: traps');
  repository.git('config', 'core.fsmonitor', 'touch ran; false');
  await slipway(['detect', repository.folder, '--print'], here);
  expect(existsSync(join(repository.folder, 'ran'))).toBe(false);
  repository.git('config', '--unset', 'core.fsmonitor');
  expect(repository.status()).toEqual([]);
});
