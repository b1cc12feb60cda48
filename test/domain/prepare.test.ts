import { describe, expect, test } from 'vitest';
import { type PrepareRequest, planPrepare, withTowncrier } from '../../src/domain/prepare.ts';
import { treeWith } from './tree-with.ts';

const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n- Tabs\n\n## [1.1.0] - 2026-01-09\n\n- Old\n';
const PYPROJECT = '[project]\nname = "acme-tool"\nversion = "1.1.0"\n';

function request(files: Record<string, string>, more: Partial<PrepareRequest> = {}): PrepareRequest {
  return {
    tree: treeWith(files),
    project: {
      package: 'acme-tool',
      repository: 'https://github.com/acme/tool.git',
      version: { files: null, docs: ['docs/**/*.md'], tag: 'v{version}', dynamic: false },
      changelog: 'CHANGELOG.md',
      towncrier: false,
    },
    version: '1.2.0',
    date: '2026-03-05',
    last: { version: '1.1.0', tag: 'v1.1.0' },
    commits: [{ sha: 'a'.repeat(40), message: 'feat: tabs (#7)' }],
    ...more,
  };
}

const paths = (edits: readonly { path: string }[]) => edits.map(({ path }) => path);

test('prepare: homes and docs apart from the changelog, each with what it was and is', () => {
  const plan = planPrepare(
    request({ 'pyproject.toml': PYPROJECT, 'CHANGELOG.md': CHANGELOG, 'docs/a.md': 'Now v1.1.0.\n' }),
  );
  expect(plan.version).toEqual([
    { path: 'pyproject.toml', before: PYPROJECT, after: PYPROJECT.replace('1.1.0', '1.2.0') },
    { path: 'docs/a.md', before: 'Now v1.1.0.\n', after: 'Now v1.2.0.\n' },
  ]);
  expect(paths(plan.changelog)).toEqual(['CHANGELOG.md']);
  expect(plan.section).toBe('- Tabs');
  expect(plan.notes).toBe('- Tabs\n\n**Full changelog**: https://github.com/acme/tool/compare/v1.1.0...v1.2.0\n');
  expect(plan).toMatchObject({ empty: false, breaking: false, dynamic: null, towncrier: null });
});

test('prepare: no changelog at all: the notes come from the commits', () => {
  const base = request({ 'pyproject.toml': PYPROJECT });
  const plan = planPrepare({ ...base, project: { ...base.project, changelog: null } });
  expect(plan.changelog).toEqual([]);
  expect(plan.section).toBe('### Added\n\n- Tabs (#7)');
  expect(plan.empty).toBe(false);
});

test('prepare: a changelog that is named and not there is a problem, not a new file', () => {
  expect(() => planPrepare(request({ 'pyproject.toml': PYPROJECT }))).toThrow(/CHANGELOG\.md is not there/);
});

test('prepare: an empty Unreleased section is said, and its edits take the entries of the commits', () => {
  const plan = planPrepare(
    request({ 'pyproject.toml': PYPROJECT, 'CHANGELOG.md': CHANGELOG.replace('- Tabs\n\n', '') }),
  );
  expect(plan.empty).toBe(true);
  expect(plan.changelog[0]?.after).toContain('## [1.2.0] - 2026-03-05\n\n- Tabs (#7)\n');
});

test('prepare: what breaks is known from the commits and from the changelog', () => {
  const files = { 'pyproject.toml': PYPROJECT, 'CHANGELOG.md': CHANGELOG };
  const byCommit = planPrepare(
    request(files, { commits: [{ sha: 'b'.repeat(40), message: 'feat!: drop Python 3.9' }] }),
  );
  expect(byCommit.breaking).toBe(true);
  expect(byCommit.notes).toMatch(/^### Breaking changes\n\n- drop Python 3\.9\n\n- Tabs/);
  const byPage = planPrepare(
    request({ ...files, 'CHANGELOG.md': CHANGELOG.replace('- Tabs', '- **Breaking:** no tabs') }),
  );
  expect(byPage.breaking).toBe(true);
});

test('prepare: the docs of a pre-release follow to the stable version', () => {
  const plan = planPrepare(
    request({
      'pyproject.toml': PYPROJECT.replace('1.1.0', '1.2.0rc1'),
      'CHANGELOG.md': CHANGELOG,
      'docs/a.md': 'Now v1.2.0-rc.1.\n',
    }),
  );
  expect(plan.version.map(({ after }) => after)).toEqual([PYPROJECT.replace('1.1.0', '1.2.0'), 'Now v1.2.0.\n']);
});

describe('towncrier', () => {
  const files = {
    'pyproject.toml': `${PYPROJECT}[tool.towncrier]\nfilename = "NEWS.rst"\ndirectory = "changes"\n`,
    'NEWS.rst': 'News\n====\n',
    'changes/7.feature.rst': 'Tabs\n',
  };
  const asked = (more: Partial<PrepareRequest> = {}, own: Record<string, string> = files) => {
    const base = request(own, more);
    return { ...base, project: { ...base.project, changelog: 'NEWS.rst', towncrier: true } };
  };

  test('the plan says how it is run; what it made becomes the changelog’s edits and the notes', () => {
    const plan = planPrepare(asked());
    expect(plan.towncrier).toMatchObject({ news: 'NEWS.rst', fragments: ['changes/7.feature.rst'] });
    const done = withTowncrier(plan, asked(), [
      {
        path: 'NEWS.rst',
        before: 'News\n====\n',
        after: 'News\n====\n\n1.2.0 (2026-03-05)\n------------------\n\n- Tabs (#7)\n',
      },
      { path: 'changes/7.feature.rst', before: 'Tabs\n', after: null },
    ]);
    expect(paths(done.changelog)).toEqual(['NEWS.rst', 'changes/7.feature.rst']);
    expect(done.section).toBe('- Tabs (#7)');
  });

  test('a pre-release leaves the fragments, which are its notes', () => {
    const plan = planPrepare(asked({ version: '1.2.0-alpha.1' }));
    expect(plan).toMatchObject({ towncrier: null, changelog: [], section: '- Tabs', empty: false });
  });

  test('commits without a fragment are an empty changelog', () => {
    const { 'changes/7.feature.rst': _, ...bare } = files;
    const plan = planPrepare(asked({}, bare));
    expect(plan.empty).toBe(true);
    expect(plan.changelog[0]?.after).toContain(
      '1.2.0 (2026-03-05)\n------------------\n\nAdded\n~~~~~\n\n- Tabs (#7)\n',
    );
  });

  test('a page that has the version already is done', () => {
    const page = 'News\n====\n\n1.2.0 (2026-03-05)\n------------------\n\n- Tabs (#7)\n';
    const { 'changes/7.feature.rst': _, ...bare } = { ...files, 'NEWS.rst': page };
    expect(planPrepare(asked({}, bare))).toMatchObject({
      empty: false,
      towncrier: null,
      changelog: [],
      section: '- Tabs (#7)',
    });
  });

  test('a news file that towncrier left alone is a problem', () => {
    const plan = planPrepare(asked());
    expect(() => withTowncrier(plan, asked(), [])).toThrow(/towncrier left NEWS\.rst as it was/);
  });
});
