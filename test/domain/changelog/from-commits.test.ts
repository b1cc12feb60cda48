import { expect, test } from 'vitest';
import { changelogFromCommits } from '../../../src/domain/changelog/from-commits.ts';
import { breakingChanges, releaseNotes } from '../../../src/domain/changelog/release-notes.ts';

function commits(...messages: readonly (string | readonly [message: string, parents: number])[]) {
  return messages.map((entry, index) => {
    const [message, parents] = typeof entry === 'string' ? [entry, 1] : entry;
    return { sha: String(index).padStart(40, '0'), message, parents: Array<string>(parents).fill('f'.repeat(40)) };
  });
}

test('entries from commits: conventional ones by their type, with scope and pull request', () => {
  const made = changelogFromCommits(commits('feat(parser): read tabs (#7)', 'fix: keep the order', 'perf: read once'));
  expect(made).toEqual([
    { kind: 'added', entries: ['**parser:** Read tabs (#7)'] },
    { kind: 'fixed', entries: ['Keep the order'] },
    { kind: 'performance', entries: ['Read once'] },
  ]);
});

test('entries from commits: what breaks comes first, in its author’s own words', () => {
  const made = changelogFromCommits(
    commits(
      'fix: order',
      'feat!: drop Python 3.9',
      'refactor: settings\n\nBREAKING CHANGE: settings are read from TOML',
    ),
  );
  expect(made[0]).toEqual({
    kind: 'breaking',
    entries: ['Drop Python 3.9', 'Settings are read from TOML'],
  });
});

test('entries from commits: others are changes, as they were written', () => {
  expect(changelogFromCommits(commits('Reads tabs (#7)', 'typo in the guide'))).toEqual([
    { kind: 'changed', entries: ['Reads tabs (#7)', 'Typo in the guide'] },
  ]);
});

test.each([
  ['a merge', ['Merge pull request #7 from kim/tabs', 2] as const],
  ['a release commit', 'Release 1.1.0'],
  ['a version alone', 'v1.1.0'],
  ['a bump', 'chore: bump version to 1.2.0'],
  ['a conventional release', 'chore(release): 1.2.0'],
  ['going back to development', 'Back to development mode.'],
  ['what pre-commit does by itself', '[pre-commit.ci] pre-commit autoupdate (#9)'],
  ['what Dependabot does', 'Bump actions/checkout from 4 to 5 (#8)'],
  ['what Dependabot does, conventionally', 'build(deps): bump ruff from 0.6.4 to 0.6.5'],
])('entries from commits: %s is none', (_, commit) => {
  const made = changelogFromCommits(commits('fix: order', commit));
  expect(made).toEqual([{ kind: 'fixed', entries: ['Order'] }]);
});

test('entries from commits: what was taken back within the release does not show', () => {
  const made = changelogFromCommits([
    ...commits('feat: tabs', 'fix: order'),
    {
      sha: 'a'.repeat(40),
      message: `Revert "feat: tabs"\n\nThis reverts commit ${'0'.repeat(40)}.`,
      parents: ['b'.repeat(40)],
    },
  ]);
  expect(made).toEqual([{ kind: 'fixed', entries: ['Order'] }]);
});

test('entries from commits: docs, tests and tools show only where there is nothing else', () => {
  expect(changelogFromCommits(commits('docs: words', 'fix: order'))).toEqual([{ kind: 'fixed', entries: ['Order'] }]);
  expect(changelogFromCommits(commits('docs: words', 'ci: cache'))).toEqual([
    { kind: 'changed', entries: ['Words', 'Cache'] },
  ]);
});

test('release notes: what breaks by the commits is named, unless the changelog names it', () => {
  const breaking = breakingChanges(commits('feat!: drop Python 3.9', 'fix: order'));
  expect(breaking).toEqual(['drop Python 3.9']);
  expect(releaseNotes({ section: '- Order', breaking })).toBe('### Breaking changes\n\n- drop Python 3.9\n\n- Order\n');
  const section = '### Breaking changes\n\n- No Python 3.9 any more';
  expect(releaseNotes({ section, breaking })).toBe(`${section}\n`);
});

test('release notes: the changes can be compared', () => {
  const compare = { base: 'https://github.com/acme/tool', from: 'v1.1.0', to: 'v1.2.0' };
  expect(releaseNotes({ section: '- Order', breaking: [], compare })).toBe(
    '- Order\n\n**Full changelog**: https://github.com/acme/tool/compare/v1.1.0...v1.2.0\n',
  );
});
