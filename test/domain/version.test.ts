import { describe, expect, test } from 'vitest';
import { Problem } from '../../src/domain/problem.ts';
import {
  baseVersion,
  compareVersions,
  finalised,
  fromPep440,
  highestVersion,
  isPrerelease,
  parseVersion,
  samePep440,
  stageOf,
  toPep440,
} from '../../src/domain/version.ts';

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const PAIRS = [
  ['1.2.0', '1.2.0'],
  ['1.2.0-alpha.1', '1.2.0a1'],
  ['1.2.0-beta.12', '1.2.0b12'],
  ['1.2.0-rc.1', '1.2.0rc1'],
  ['1.2.0-dev.0', '1.2.0.dev0'],
  ['2024.10.31', '2024.10.31'],
] as const;

test.each(PAIRS)('a version is %s to people and %s to Python, both ways', (semver, pep440) => {
  expect(toPep440(semver)).toBe(pep440);
  expect(fromPep440(pep440)).toBe(semver);
});

test('PEP 440 is read in each of its spellings', () => {
  const spellings = { '1.2': '1.2.0', '1': '1.0.0', '1.2.0-alpha.1': '1.2.0-alpha.1', '1.2.0.rc.2': '1.2.0-rc.2' };
  const more = {
    '1.2.0c3': '1.2.0-rc.3',
    '1.2.0preview1': '1.2.0-rc.1',
    '2024.01.05': '2024.1.5',
    '1.2a1': '1.2.0-alpha.1',
  };
  for (const [text, version] of Object.entries({ ...spellings, ...more })) expect(fromPep440(text)).toBe(version);
});

test.each([
  ['1.2.0.post1', 'a post-release'],
  ['1!2.0', 'an epoch'],
  ['1.2.0+cu118', 'a local part'],
  ['1.2.3.4', '4 numbers'],
  ['1.2.0a1.dev0', 'a development version of a pre-release'],
])('%s has no SemVer form, and the reason is said: %s', (text, reason) => {
  const problem = problemOf(() => fromPep440(text));
  expect(problem.code).toBe('version-unmappable');
  expect(problem.message).toContain(reason);
});

describe('a version that is asked for', () => {
  test.each(['1.2.0', '0.0.1', '1.2.0-alpha.1', '1.2.0-beta.0', '10.20.30-rc.11'])('%s can be released', (text) => {
    expect(parseVersion(text)).toBe(text);
  });

  test.each([
    ['1.2', 'write 1.2.0'],
    ['1.2.0a1', 'write 1.2.0-alpha.1'],
    ['1.2.0rc1', 'write 1.2.0-rc.1'],
    ['v1.2.0', 'write 1.2.0'],
    ['1.2.0-alpha', 'write 1.2.0-alpha.0'],
    ['01.2.0', 'write 1.2.0'],
    ['1.2.0-preview.1', 'write 1.2.0-rc.1'],
    ['1.2.0.dev0', 'such as 1.2.0'],
    ['1.2.0-dev.0', 'development version'],
    ['1.2.0-alpha.1.2', 'such as 1.2.0'],
    ['1.2.0-foo.1', 'such as 1.2.0'],
    ['1.2.0 ', 'write 1.2.0'],
    ['', 'such as 1.2.0'],
    ['--help', 'such as 1.2.0'],
    ['1.2.0; rm -rf /', 'such as 1.2.0'],
    ['１.2.0', 'such as 1.2.0'],
  ])('%j is malformed, and the answer says what to write: %s', (text, hint) => {
    const problem = problemOf(() => parseVersion(text));
    expect(problem.code).toBe('version-malformed');
    expect(problem.message).toContain(hint);
  });

  test.each(['1.2.0+5', '1.2.0-rc.1+linux', 'v1.2.0+x'])(
    '%s is refused, since no index takes build metadata',
    (text) => {
      const problem = problemOf(() => parseVersion(text));
      expect(problem.code).toBe('version-build-metadata');
      expect(problem.message).toContain('a package index does not take');
    },
  );

  test('a leading v passes only where it is tolerated', () => {
    expect(parseVersion('v1.2.0', { v: 'tolerated' })).toBe('1.2.0');
    expect(problemOf(() => parseVersion('vv1.2.0', { v: 'tolerated' })).code).toBe('version-malformed');
  });
});

test('versions are ordered as Python orders them: dev, alpha, beta, rc, stable, and numbers as numbers', () => {
  const ordered = [
    '1.1.9',
    '1.2.0-dev.0',
    '1.2.0-alpha.2',
    '1.2.0-alpha.10',
    '1.2.0-beta.1',
    '1.2.0-rc.1',
    '1.2.0',
    '1.10.0',
  ];
  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
  expect(highestVersion(ordered.toReversed())).toBe('1.10.0');
  expect(highestVersion([])).toBeUndefined();
});

test('whatever is written in either notation comes back the same', () => {
  for (const stage of ['alpha', 'beta', 'rc', 'dev']) {
    for (const number of [0, 1, 9, 10, 123]) {
      for (const numbers of ['0.0.0', '1.0.10', '2026.8.1']) {
        const version = `${numbers}-${stage}.${number}`;
        expect(fromPep440(toPep440(version))).toBe(version);
        expect(compareVersions(version, numbers)).toBeLessThan(0);
        expect(finalised(version)).toBe(numbers);
      }
    }
  }
});

test('what Python calls equal is equal: an installed 1.2 is the release 1.2.0', () => {
  expect(samePep440('1.2', '1.2.0')).toBe(true);
  expect(samePep440('1.2.0-alpha.1', '1.2.0a1')).toBe(true);
  expect(samePep440('1.2.0', '1.2.0.post1')).toBe(false);
  expect(samePep440('unknown', 'unknown')).toBe(false);
});

test('the stage of a release is in its version', () => {
  expect(['1.2.0-alpha.1', '1.2.0-beta.1', '1.2.0-rc.1', '1.2.0'].map(stageOf)).toEqual([
    'alpha',
    'beta',
    'rc',
    'stable',
  ]);
  expect(['1.2.0-dev.0', '1.2.0-rc.1', '1.2.0'].map(isPrerelease)).toEqual([true, true, false]);
});

test.each([
  ['1.2.0.post2', '1.2.0'],
  ['1.2.0.post2.dev1', '1.2.0'],
  ['1.2.0a2.dev0', '1.2.0-alpha.1'],
  ['1.2.0a0.dev0', '1.2.0-dev.0'],
])('%s in a file counts as %s, and it is said', (text, version) => {
  expect(baseVersion(text)).toEqual({ version, note: expect.stringContaining(`counts as ${version}`) });
});

test('what has no counterpart at all is no base', () => {
  for (const text of ['1!2.0', '1.2.3.4', '1.2.0+local'])
    expect(problemOf(() => baseVersion(text)).code).toBe('version-unmappable');
  expect(problemOf(() => baseVersion('unknown')).code).toBe('version-malformed');
});
