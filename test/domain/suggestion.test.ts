import { describe, expect, test } from 'vitest';
import { isBelow, suggestBump, suggestNext, versionsSoFar } from '../../src/domain/suggestion.ts';

const commits = (...messages: string[]) =>
  messages.map((message, index) => ({ sha: `${index + 1}`.padStart(40, 'a'), message }));
const reachable = (...names: string[]) => names.map((name) => ({ name, reachable: true }));
const so = (tags: string[], fileVersion: string | null = null, tagForm = 'v{version}') =>
  versionsSoFar({ tags: reachable(...tags), fileVersion, tagForm });

describe('the bump that commits call for', () => {
  test.each([
    ['minor', ['feat: export as CSV', 'fix: typo in header']],
    ['patch', ['fix(cli): exit status', 'docs: more']],
    ['patch', ['perf: faster start']],
    ['none', ['docs: more', 'chore(deps): bump ruff', 'ci: cache', 'refactor: names', 'test: more', 'build: hatch']],
    ['major', ['feat!: drop Python 3.9']],
    ['major', ['fix(api)!: reject empty names (#41)']],
    ['major', ['refactor: names\n\nSome words.\n\nBREAKING CHANGE: `run` is called `start`']],
    ['major', ['chore: settings\n\nBREAKING-CHANGE: the old file is not read any more']],
    ['major', ['Drop Python 3.8\n\nBREAKING CHANGE: needs Python 3.9']],
    ['major', ['api!: one argument']],
    ['minor', ['FEAT: upper case is read as well']],
    ['minor', ['feat: a (#12)\n\n* fix: b\n\n* docs: c']],
    ['minor', ['Export (#12)\n\n* feat: export as CSV\n\n* fix: quotes']],
    ['patch', ['Fix the crash', 'Add a thing']],
    ['patch', ['Fix a', 'Fix b', 'chore(deps): bump x']],
    ['none', ['chore: x', 'Update README']],
    ['patch', ['fix: quoting\n\nNo BREAKING CHANGE: in the middle of a line is a footer']],
  ] as const)('%s: %j', (bump, messages) => {
    expect(suggestBump(commits(...messages), '1.4.0').bump).toBe(bump);
  });

  test('below 1.0.0 what breaks is a minor', () => {
    const { bump, reasons } = suggestBump(commits('feat!: rename'), '0.4.0');
    expect(bump).toBe('minor');
    expect(reasons).toEqual(['feat!: rename (breaking; below 1.0.0 a minor)']);
  });

  test('no conventional commit at all is a patch, and it is said', () => {
    const { bump, reasons } = suggestBump(commits('Fix it', 'Add it'), '1.0.0');
    expect(bump).toBe('patch');
    expect(reasons.join()).toContain('no conventional one');
  });

  test('nothing since the last version is none', () => {
    expect(suggestBump([], '1.0.0')).toEqual({ bump: 'none', reasons: ['no commits since the last version'] });
  });

  test('merge commits count for nothing, whatever their title', () => {
    const merge = { sha: 'f'.repeat(40), message: 'feat: from a branch (#3)', parents: ['1', '2'] };
    expect(suggestBump([...commits('docs: x'), merge], '1.0.0').bump).toBe('none');
    expect(suggestBump(commits('docs: x', "Merge branch 'feat' into main"), '1.0.0').bump).toBe('none');
    expect(suggestBump(commits('docs: x', 'Merge pull request #3 from a/b\n\nfeat: y'), '1.0.0').bump).toBe('none');
  });

  test('the reasons are the titles that decide, and what breaks in the words of the footer', () => {
    const { reasons } = suggestBump(
      commits('fix: a', 'feat: b\n\nBREAKING CHANGE: c\n  goes on\n\nReviewed-by: X'),
      '1.0.0',
    );
    expect(reasons).toEqual(['feat: b (breaking: c goes on)']);
  });
});

describe('reverts', () => {
  const sha = (index: number) => `${index}`.padStart(40, 'a');

  test('a change that was taken back before it was released counts for nothing, nor does its revert', () => {
    const byGit = `Revert "feat: b"\n\nThis reverts commit ${sha(2)}.`;
    expect(suggestBump(commits('fix: a', 'feat: b', byGit), '1.0.0').bump).toBe('patch');
    expect(
      suggestBump(
        commits('fix: a', 'feat: b', `revert: feat: b\n\nThis reverts commit ${sha(2).slice(0, 40)}.`),
        '1.0.0',
      ).bump,
    ).toBe('patch');
    expect(
      suggestBump(commits('fix: a', 'feat!: b (#7)', 'Revert "feat!: b" (#8)\n\nReverts acme/tool#7'), '1.0.0').bump,
    ).toBe('patch');
  });

  test('a revert that is reverted leaves the change', () => {
    const first = `Revert "feat: b"\n\nThis reverts commit ${sha(1)}.`;
    const second = `Revert "Revert "feat: b""\n\nThis reverts commit ${sha(2)}.`;
    const reapply = `Reapply "feat: b"\n\nThis reverts commit ${sha(2)}.`;
    expect(suggestBump(commits('feat: b', first, second), '1.0.0').bump).toBe('minor');
    expect(suggestBump(commits('feat: b', first, reapply), '1.0.0').bump).toBe('minor');
  });

  test('to take back what users have is a patch, unless it was nothing to them', () => {
    expect(suggestBump(commits('Revert "feat: old"\n\nThis reverts commit 1234567.'), '1.0.0').bump).toBe('patch');
    expect(suggestBump(commits('Revert "docs: old"\n\nThis reverts commit 1234567.'), '1.0.0').bump).toBe('none');
  });
});

describe('the last version and the base', () => {
  test('last is the highest reachable tag of exactly three numbers, bare or with v', () => {
    const { last } = so(['v1', 'v1.9', '1.10.0', 'v1.2.0', 'v2.0.0-rc.1', 'release-9.9.9', 'pkg-v9.9.9', 'v1.10.0.1']);
    expect(last).toEqual({ version: '1.10.0', tag: '1.10.0' });
  });

  test('a moving v1 or v1.2 is no version', () => {
    expect(so(['v1', 'v1.2']).last).toBeNull();
  });

  test('a tag that the commit does not come from is not last, but no version goes below it', () => {
    const tags = [
      { name: 'v1.2.0', reachable: true },
      { name: 'v1.3.0', reachable: false },
    ];
    const { last, base } = versionsSoFar({ tags, fileVersion: '1.2.0', tagForm: 'v{version}' });
    expect({ last: last?.version, base }).toEqual({ last: '1.2.0', base: '1.3.0' });
  });

  test('a pre-release that the last version left behind is no base, and it is said', () => {
    const tags = [
      { name: '0.28.1', reachable: true, inLast: true },
      { name: '1.0.0b0', reachable: true, inLast: true },
    ];
    const { base, notes } = versionsSoFar({ tags, fileVersion: '0.28.1', tagForm: '{version}' });
    expect(base).toBe('0.28.1');
    expect(notes).toEqual(['1.0.0b0 was given up: 0.28.1 came after it']);
  });

  test('the prefix of the project is the one that counts', () => {
    expect(so(['core-v1.2.0', 'cli-v3.0.0', 'v9.0.0'], null, 'core-v{version}').last?.tag).toBe('core-v1.2.0');
  });

  test.each([
    [['v1.1.0', 'v1.2.0-alpha.1'], '1.1.0', '1.2.0-alpha.1'],
    [['v1.1.0', 'v1.2.0-alpha.1'], '1.2.0a2', '1.2.0-alpha.2'],
    [['v1.1.0'], '1.2.0.dev0', '1.2.0-dev.0'],
    [['v1.1.0'], '1.1.0.post1', '1.1.0'],
    [['v1.1.0'], '1.1', '1.1.0'],
    [['v1.1.0'], null, '1.1.0'],
    [['v1.1.0'], 'unknown', '1.1.0'],
    [[], null, null],
  ])('tags %j and the file %s make the base %s', (tags, file, base) => {
    expect(so(tags, file).base).toBe(base);
  });
});

describe('next', () => {
  test.each([
    [['v1.1.0'], '1.1.0', ['feat: a'], { last: '1.1.0', bump: 'minor', next: '1.2.0' }],
    [['v1.1.0'], '1.2.0.dev0', ['feat: a'], { last: '1.1.0', bump: 'minor', next: '1.2.0' }],
    [['v1.1.0'], '1.2.0.dev0', ['fix: a'], { last: '1.1.0', bump: 'patch', next: '1.2.0' }],
    [['v1.1.0'], '1.1.1.dev0', ['feat: a'], { last: '1.1.0', bump: 'minor', next: '1.2.0' }],
    [['v1.1.0', 'v1.2.0-rc.2'], '1.2.0rc2', ['feat: a'], { last: '1.1.0', bump: 'minor', next: '1.2.0' }],
    [['v0.9.0'], '1.0.0.dev0', ['feat!: a'], { last: '0.9.0', bump: 'minor', next: '1.0.0' }],
    [['v1.1.0'], '1.1.0', ['docs: a'], { last: '1.1.0', bump: 'none', next: null }],
    [['v1.1.0'], null, ['Fix'], { last: '1.1.0', bump: 'patch', next: '1.1.1' }],
    [[], '0.3.0.dev0', ['feat: a'], { last: null, bump: 'minor', next: '0.3.0' }],
    [[], '0.3.0', ['docs: a'], { last: null, bump: 'patch', next: '0.3.0' }],
    [['v1.0.0-rc.1'], '1.0.0rc1', ['Fix'], { last: null, bump: 'patch', next: '1.0.0' }],
    [['v1'], null, ['Fix'], { last: null, bump: 'patch', next: '0.1.0' }],
  ])('tags %j, file %s, commits %j: %j', (tags, file, messages, expected) => {
    expect(suggestNext(so(tags, file), commits(...messages))).toMatchObject(expected);
  });

  test('what led there is said: a file ahead of the tags, a version that is left aside', () => {
    expect(suggestNext(so(['v1.1.0'], '1.3.0'), commits('fix: a'))).toEqual({
      last: '1.1.0',
      bump: 'patch',
      next: '1.3.1',
      reasons: ['fix: a', 'the base is 1.3.0 (the version file), higher than v1.1.0'],
    });
    expect(suggestNext(so(['v1.1.0'], '1!3.0'), commits('fix: a')).reasons.join()).toContain('epoch');
  });
});

test('a bump below the suggested one is recognised', () => {
  expect(isBelow('patch', 'minor')).toBe(true);
  expect(isBelow('minor', 'minor')).toBe(false);
  expect(isBelow('major', 'none')).toBe(false);
});
