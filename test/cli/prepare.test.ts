import { afterEach, expect, test, vi } from 'vitest';
import { ScratchRepository } from '../support/scratch-repository.ts';
import { slipway } from './run-cli.ts';

// Each starts processes of its own, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let repository: ScratchRepository;
afterEach(() => repository.dispose());

const PYPROJECT = `[project]
name = "acme-tool"
version = "1.1.0"   # keep in step
requires-python = ">=3.10"

[tool.ruff]
target-version = "py310"
`;
const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n- Tabs\n\n## [1.1.0] - 2026-01-09\n\n- Old\n';

function acme(files: Record<string, string> = {}) {
  return new ScratchRepository()
    .write({
      'pyproject.toml': PYPROJECT,
      'src/acme_tool/__init__.py': "__version__ = '1.1.0'\n",
      'CHANGELOG.md': CHANGELOG,
      'docs/install.md': 'Install v1.1.0 of it.\nSince v1.1.0 there are tabs.\n',
      ...files,
    })
    .commit('feat: first')
    .tag('v1.1.0')
    .commit('feat: tabs');
}

test('prepare: edits version, docs and changelog, prints these files, and commits nothing', async () => {
  repository = acme();
  const head = repository.git('rev-parse', 'HEAD');
  const end = await slipway(['prepare', repository.folder, '--bump', 'minor', '--date', '2026-03-05']);
  expect(end).toEqual({
    code: 0,
    err: '',
    out: 'Prepared 1.2.0:\n  pyproject.toml\n  src/acme_tool/__init__.py\n  docs/install.md\n  CHANGELOG.md\n',
  });
  expect(repository.status()).toEqual([
    ' M CHANGELOG.md',
    ' M docs/install.md',
    ' M pyproject.toml',
    ' M src/acme_tool/__init__.py',
  ]);
  expect(repository.read('pyproject.toml')).toBe(PYPROJECT.replace('1.1.0', '1.2.0'));
  expect(repository.read('docs/install.md')).toBe('Install v1.2.0 of it.\nSince v1.1.0 there are tabs.\n');
  expect(repository.read('CHANGELOG.md')).toContain(
    '## [Unreleased]\n\n## [1.2.0] - 2026-03-05\n\n- Tabs\n\n## [1.1.0]',
  );
  expect(repository.git('rev-parse', 'HEAD')).toBe(head);
});

test('prepare: a second time for the same version there is nothing left to change', async () => {
  repository = acme();
  await slipway(['prepare', repository.folder, '--version', '1.2.0', '--date', '2026-03-05']);
  const after = repository.git('diff');
  const end = await slipway(['prepare', repository.folder, '--version', '1.2.0', '--date', '2026-03-06']);
  expect(end.code).toBe(0);
  expect(end.out).toBe('No file to change for 1.2.0.\n');
  expect(repository.git('diff')).toBe(after);
});

test('prepare: a pre-release is written as Python does, and the changelog stays open', async () => {
  repository = acme();
  await slipway(['prepare', repository.folder, '--bump', 'minor', '--prerelease', 'alpha']);
  expect(repository.read('src/acme_tool/__init__.py')).toBe("__version__ = '1.2.0a1'\n");
  expect(repository.read('CHANGELOG.md')).toBe(CHANGELOG);
});

test('prepare: an empty Unreleased section although there are commits touches nothing and says what to do', async () => {
  repository = acme({ 'CHANGELOG.md': CHANGELOG.replace('- Tabs\n\n', '') });
  const end = await slipway(['prepare', repository.folder, '--bump', 'patch']);
  expect(end.code).toBe(1);
  expect(end.out).toBe('');
  expect(end.err).toBe(
    'CHANGELOG.md has nothing under its open section, although there are 1 commits since v1.1.0\nWrite what changed, then prepare again. Nothing was touched.\n',
  );
  expect(repository.status()).toEqual([]);
});

test('prepare: what is written but not committed yet counts, and a note says that it was there', async () => {
  repository = acme({ 'CHANGELOG.md': CHANGELOG.replace('- Tabs\n\n', '') });
  repository.write({ 'CHANGELOG.md': CHANGELOG });
  const end = await slipway(['prepare', repository.folder, '--bump', 'patch']);
  expect(end.code).toBe(0);
  expect(end.err).toContain('1 file(s) had changes that are not committed');
  expect(repository.read('CHANGELOG.md')).toContain('## [1.1.1]');
});

test('prepare: Windows line endings and bytes that are not UTF-8 stay as they are', async () => {
  const changelog = Buffer.from(CHANGELOG.replaceAll('\n', '\r\n').replace('Old', 'Caf\xe9'), 'latin1');
  repository = acme();
  repository.write({ 'CHANGELOG.md': changelog }).commit('fix: accents');
  await slipway(['prepare', repository.folder, '--version', '1.2.0', '--date', '2026-03-05']);
  const expected = changelog
    .toString('latin1')
    .replace('## [Unreleased]\r\n', '## [Unreleased]\r\n\r\n## [1.2.0] - 2026-03-05\r\n');
  expect(repository.git('diff', '--stat', '--', 'CHANGELOG.md')).toContain('2 insertions(+)');
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(`${repository.folder}/CHANGELOG.md`).toString('latin1')).toBe(expected);
});

test('prepare: towncrier builds the news from its fragments, and git’s index is left alone', async () => {
  repository = new ScratchRepository()
    .write({
      'pyproject.toml': `${PYPROJECT}\n[tool.towncrier]\npackage = "acme_tool"\npackage_dir = "src"\nfilename = "NEWS.rst"\ndirectory = "changes"\n`,
      'src/acme_tool/__init__.py': '',
      'NEWS.rst': 'News\n====\n\n.. towncrier release notes start\n',
      'changes/README.md': 'How to write one',
      'changes/7.feature.rst': 'Reads ``tabs``.\n',
    })
    .commit('feat: first')
    .tag('v1.1.0')
    .commit('feat: tabs');
  const end = await slipway(['prepare', repository.folder, '--version', '1.2.0', '--date', '2026-03-05']);
  expect(end.err).toBe('');
  expect(end.out).toBe('Prepared 1.2.0:\n  pyproject.toml\n  NEWS.rst\n  changes/7.feature.rst (taken away)\n');
  expect(repository.status()).toEqual([' M NEWS.rst', ' D changes/7.feature.rst', ' M pyproject.toml']);
  expect(repository.read('NEWS.rst')).toContain(
    'acme_tool 1.2.0 (2026-03-05)\n============================\n\nFeatures\n--------\n\n- Reads ``tabs``. (#7)',
  );
});

test('prepare: towncrier without a fragment is an empty changelog', async () => {
  repository = new ScratchRepository()
    .write({
      'pyproject.toml': `${PYPROJECT}\n[tool.towncrier]\nfilename = "NEWS.rst"\ndirectory = "changes"\n`,
      'NEWS.rst': 'News\n====\n\n.. towncrier release notes start\n',
      'changes/.gitkeep': '',
    })
    .commit('feat: first');
  const end = await slipway(['prepare', repository.folder, '--version', '1.2.0']);
  expect(end.code).toBe(1);
  expect(end.err).toContain('there is no news fragment');
  expect(repository.status()).toEqual([]);
});

test('prepare: a version from the tag leaves every file but the changelog alone', async () => {
  repository = acme({
    'pyproject.toml':
      '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\n[project]\nname = "acme-tool"\ndynamic = ["version"]\n[tool.setuptools_scm]\n',
    'src/acme_tool/__init__.py': '',
    'docs/install.md': 'Nothing',
  });
  const end = await slipway(['prepare', repository.folder, '--bump', 'minor']);
  expect(end.out).toBe(
    'Prepared 1.2.0:\n  CHANGELOG.md\nThe version comes from the tag (setuptools-scm): no file holds it.\n',
  );
});

test.each([
  ['no version at all', [], /neither --version nor --bump/],
  ['two ways at once', ['--version', '1.2.0', '--bump', 'minor'], /cannot be used with/],
  ['a malformed version', ['--version', '1.2'], /write 1\.2\.0/],
  ['a version that looks like an option', ['--version=--help'], /is not a version/],
  ['build metadata', ['--version', '1.2.0+linux'], /build metadata/],
  ['a released version', ['--version', '1.1.0'], /the tag v1\.1\.0 is there/],
  ['a lower version', ['--version', '1.0.5'], /lower than the last version/],
  ['an unknown bump', ['--bump', 'huge'], /Allowed choices are major, minor, patch, prerelease/],
  ['a pre-release of which version?', ['--bump', 'prerelease'], /minor with alpha is 1\.2\.0-alpha\.1/],
  ['a date that there is not', ['--bump', 'minor', '--date', '2026-02-30'], /is no date/],
  ['a project file that is not there', ['--bump', 'minor', '--project', '/nowhere.yaml'], /cannot be read/],
])('prepare: %s is refused, and nothing is touched', async (_, options, message) => {
  repository = acme();
  const end = await slipway(['prepare', repository.folder, ...options]);
  expect(end.code).toBe(/cannot be used|Allowed/.test(end.err) ? 2 : 1);
  expect(end.out).toBe('');
  expect(end.err).toMatch(message);
  expect(end.err).not.toMatch(/ at .*\.ts:\d+/);
  expect(repository.status()).toEqual([]);
});

test('prepare: homes of the version that disagree are named, and nothing is touched', async () => {
  repository = acme({ 'src/acme_tool/__init__.py': '__version__ = "1.0.9"\n' });
  const end = await slipway(['prepare', repository.folder, '--bump', 'minor']);
  expect(end.code).toBe(1);
  expect(end.err).toMatch(/pyproject\.toml .* says 1\.1\.0; src\/acme_tool\/__init__\.py .* says 1\.0\.9/);
  expect(repository.status()).toEqual([]);
});

test('prepare: a project file decides which files hold the version', async () => {
  repository = acme({ 'src/acme_tool/__init__.py': '__version__ = "1.0.9"\n' });
  repository.write({
    'slipway.yaml':
      'repository: https://github.com/acme/tool.git\npackage: acme-tool\nversion: { files: [pyproject.toml] }\n',
  });
  const end = await slipway([
    'prepare',
    repository.folder,
    '--bump',
    'minor',
    '--project',
    `${repository.folder}/slipway.yaml`,
  ]);
  expect(end.out).toContain('Prepared 1.2.0');
  expect(repository.read('src/acme_tool/__init__.py')).toBe('__version__ = "1.0.9"\n');
});

test('prepare: every fault of a project file is shown with its line', async () => {
  repository = acme();
  repository.write({
    'slipway.yaml': 'repository: https://github.com/acme/tool.git\npackge: acme-tool\npolicy: lax\n',
  });
  const end = await slipway([
    'prepare',
    repository.folder,
    '--bump',
    'minor',
    '--project',
    `${repository.folder}/slipway.yaml`,
  ]);
  expect(end.code).toBe(1);
  expect(end.err).toMatch(/slipway\.yaml:2: .*packge.*Did you mean package/);
  expect(end.err).toMatch(/slipway\.yaml:3: policy/);
});

test('prepare: a merge that is not done is left alone', async () => {
  repository = acme();
  repository.git('checkout', '--quiet', '-b', 'other', 'HEAD~1');
  repository.write({ 'CHANGELOG.md': 'one\n' }).commit('fix: one');
  repository.git('checkout', '--quiet', 'main');
  repository.write({ 'CHANGELOG.md': 'two\n' }).commit('fix: two');
  expect(() => repository.git('merge', 'other')).toThrow();
  const end = await slipway(['prepare', repository.folder, '--bump', 'minor']);
  expect(end.code).toBe(1);
  expect(end.err).toMatch(/a merge is not done yet: CHANGELOG\.md/);
});
