import { describe, expect, test } from 'vitest';
import { editDocsVersions } from '../../../src/domain/version-homes/docs-versions.ts';
import { type Files, treeOf } from './tree-of.ts';

const edit = (files: Files, more: { previous?: string[]; version?: string; globs?: string[] } = {}) =>
  editDocsVersions(treeOf(files), {
    globs: ['docs/**/*.md'],
    previous: ['1.1.0'],
    version: '1.2.0',
    ownNames: ['acme-tool', 'acme/tool'],
    ...more,
  });

const raised = (text: string) => edit({ 'docs/index.md': text })[0]?.after ?? text;

describe('the previous version, where the docs speak of the present', () => {
  test.each([
    'The current version is v1.1.0.',
    'Current release: **v1.1.0**',
    '# Acme Tool v1.1.0 documentation',
    'Welcome to Acme v1.1.0!',
    '`acme --version` prints `v1.1.0`.',
    '$ git checkout v1.1.0',
    'pip install git+https://github.com/acme/tool.git@v1.1.0',
    'https://github.com/acme/tool/archive/refs/tags/v1.1.0.tar.gz',
    'docker pull ghcr.io/acme/tool:v1.1.0',
    '[v1.1.0](https://github.com/acme/tool/releases/tag/v1.1.0)',
    '- repo: https://github.com/acme/tool\n  rev: v1.1.0\n  hooks: []',
    '| Version | v1.1.0 |\n| --- | --- |',
    'Documentation for v1.1.0 (stable)',
    '(v1.1.0)',
    'The latest release available is v1.1.0.',
    'It was hard work. The stable version is v1.1.0 now.',
    'Upgrade to v1.1.0 by pip.',
    'tool = { git = "https://github.com/acme/tool.git", tag = "v1.1.0" }',
    '```console\n$ acme\nAcme Tool v1.1.0\n```',
  ])('%s', (text) => {
    expect(raised(text)).toBe(text.replaceAll('v1.1.0', 'v1.2.0'));
  });
});

describe('the past, bounds and what belongs to others stay', () => {
  test.each([
    'Available since v1.1.0.',
    'Since version v1.1.0, names are checked.',
    'This was added in v1.1.0.',
    'Added in v1.1.0: the `--fast` option.',
    'Changed in version v1.1.0.',
    'New in v1.1.0',
    'Deprecated in v1.1.0 and removed in v2.0.0.',
    'The crash was fixed in v1.1.0.',
    'As of v1.1.0 the cache is on.',
    'Starting with v1.1.0, Python 3.9 is needed.',
    'In v1.1.0 we changed the format.',
    'v1.1.0 introduced plugins.',
    'Support for plugins arrived\nin v1.1.0.',
    'Before v1.1.0 there was none.',
    'Until v1.1.0, the old name works.',
    'Upgrading from v1.1.0 needs no change.',
    'Requires v1.1.0 or later.',
    'Introduced in Acme Tool v1.1.0. Later came more.',
    'It is stable in Acme [v1.1.0](https://github.com/acme/tool/releases/tag/v1.1.0).',
    'See the [other specification v1.1.0](https://github.com/other/spec).',
    'lib = { git = "https://github.com/other/lib.git", tag = "v1.1.0" }',
    'v1.1.0 and earlier are affected.',
    'Fixed (v1.1.0) for everybody.',
    'Works from v1.0.0 to v1.1.0.',
    'Needs acme-tool >= v1.1.0',
    'Released v1.1.0 on 2024-05-01.',
    '!!! version-added "v1.1.0"',
    '## v1.1.0\n\n- Something',
    '### v1.1.0 (2024-01-01)',
    '## Changelog\n\nHighlights of v1.1.0 are many.',
    '## Migration guide\n\nUse v1.1.0 first.',
    '- v1.1.0: plugins\n- v1.0.0: first',
    '| v1.1.0 | yes |\n| v1.0.0 | no |',
    'v1.1.0rc1, v1.1.0-alpha.1, v1.1.0.post1, v1.1.0.1, v1.1.0+local, v11.1.0, xv1.1.0, v1.1.00',
    '1.1.0 without v',
    'pip install git+https://github.com/other/lib.git@v1.1.0',
    'https://github.com/other/lib/releases/tag/v1.1.0',
    'uses: actions/setup@v1.1.0',
    '- repo: https://github.com/other/lib\n  rev: v1.1.0',
    'image: ghcr.io/other/lib:v1.1.0',
  ])('%s', (text) => {
    expect(raised(text)).toBe(text);
  });

  test.each([
    'docs/changelog.md',
    'docs/release-notes/1.1.md',
    'docs/releases/v1.1.0.md',
    'docs/migration.md',
    'docs/whatsnew.md',
    'docs/blog/posts/2024.md',
  ])('%s is about the past as a whole', (path) => {
    expect(edit({ [path]: 'The current version is v1.1.0.' })).toEqual([]);
  });
});

test('only files that the project names are looked at', () => {
  const text = 'The current version is v1.1.0.';
  const files = { 'docs/a.md': text, 'docs/deep/er/b.md': text, 'docs/c.rst': text, 'README.md': text };
  expect(edit(files).map(({ path }) => path)).toEqual(['docs/a.md', 'docs/deep/er/b.md']);
  expect(edit(files, { globs: ['README.md', 'docs/*.rst'] }).map(({ path }) => path)).toEqual([
    'docs/c.rst',
    'README.md',
  ]);
  expect(edit(files, { globs: [] })).toEqual([]);
});

test('a pre-release that came before is raised as well, line endings kept', () => {
  const before = 'Current: v1.2.0-rc.1\r\nStable: v1.1.0\r\n';
  const [after] = edit({ 'docs/a.md': before }, { previous: ['1.1.0', '1.2.0-rc.1'] });
  expect(after?.after).toBe('Current: v1.2.0\r\nStable: v1.2.0\r\n');
});

test('without a previous version nothing is edited', () => {
  expect(edit({ 'docs/a.md': 'v1.1.0' }, { previous: [] })).toEqual([]);
  expect(edit({ 'docs/a.md': 'v1.1.0' }, { version: '1.1.0' })).toEqual([]);
});
