import { expect, test } from 'vitest';
import { branchOf, tagOf, versionOfTag } from '../../src/domain/version-tag.ts';

test.each([
  ['1.2.0', 'v{version}', 'v1.2.0'],
  ['1.2.0-alpha.1', 'v{version}', 'v1.2.0-alpha.1'],
  ['1.2.0', '{version}', '1.2.0'],
  ['1.2.0-rc.1', 'v{pep440}', 'v1.2.0rc1'],
  ['1.2.0', 'pkg-v{version}', 'pkg-v1.2.0'],
])('%s is tagged in the form %s as %s', (version, form, tag) => {
  expect(tagOf(version, form)).toBe(tag);
  expect(versionOfTag(tag, form)).toBe(version);
});

test.each([
  ['v1.2.3', '1.2.3'],
  ['1.2.3', '1.2.3'],
  ['v1.2.3rc1', '1.2.3-rc.1'],
  ['1.2.3-beta.2', '1.2.3-beta.2'],
  ['2024.01.05', '2024.1.5'],
  ['v1', undefined],
  ['v1.2', undefined],
  ['v1.2.3.4', undefined],
  ['v1.2.3.post1', undefined],
  ['v1.2.3+build', undefined],
  ['vv1.2.3', undefined],
  ['release-1.2.3', undefined],
  ['pkg-v1.2.3', undefined],
  ['v1.2.3-nightly', undefined],
  ['latest', undefined],
])('the tag %s names the version %s', (tag, version) => {
  expect(versionOfTag(tag, 'v{version}')).toBe(version);
  expect(versionOfTag(tag, '{version}')).toBe(version);
});

test('where the project has a prefix of its own, only tags with that prefix are its versions', () => {
  expect(versionOfTag('release-1.2.3', 'release-{version}')).toBe('1.2.3');
  expect(versionOfTag('v1.2.3', 'release-{version}')).toBeUndefined();
  expect(versionOfTag('core/v1.2.3', 'core/v{version}')).toBe('1.2.3');
  expect(versionOfTag('cli/v1.2.3', 'core/v{version}')).toBeUndefined();
});

test('a tag form without a place for the version is refused', () => {
  expect(() => tagOf('1.2.0', 'release')).toThrow('{version}');
});

test('all stages of a version share its branch', () => {
  expect(['1.2.0-alpha.1', '1.2.0-rc.3', '1.2.0'].map((version) => branchOf(version))).toEqual(
    Array(3).fill('release/v1.2.0'),
  );
  expect(branchOf('1.2.1', 'hotfix')).toBe('hotfix/v1.2.1');
});
