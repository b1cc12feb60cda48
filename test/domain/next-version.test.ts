import { expect, test } from 'vitest';
import { nextMilestone, nextVersion } from '../../src/domain/next-version.ts';
import { Problem } from '../../src/domain/problem.ts';
import { compareVersions } from '../../src/domain/version.ts';

test.each([
  ['1.1.0', 'patch', undefined, '1.1.1'],
  ['1.1.0', 'minor', undefined, '1.2.0'],
  ['1.1.0', 'major', undefined, '2.0.0'],
  ['1.1.0', 'minor', 'alpha', '1.2.0-alpha.1'],
  ['1.1.0', 'patch', 'rc', '1.1.1-rc.1'],
  ['1.1.0', 'major', 'beta', '2.0.0-beta.1'],
  ['1.2.0-alpha.1', 'prerelease', undefined, '1.2.0-alpha.2'],
  ['1.2.0-alpha.9', 'prerelease', 'alpha', '1.2.0-alpha.10'],
  ['1.2.0-alpha.1', 'prerelease', 'beta', '1.2.0-beta.1'],
  ['1.2.0-alpha.1', 'prerelease', 'rc', '1.2.0-rc.1'],
  ['1.2.0-alpha.1', 'minor', 'alpha', '1.3.0-alpha.1'],
  ['1.2.0-alpha.1', 'patch', 'alpha', '1.2.1-alpha.1'],
  ['1.2.0-rc.2', 'patch', undefined, '1.2.0'],
  ['1.2.0-rc.2', 'minor', undefined, '1.2.0'],
  ['1.2.0-rc.2', 'major', undefined, '2.0.0'],
  ['2.0.0-rc.2', 'major', undefined, '2.0.0'],
  ['1.2.1-rc.2', 'minor', undefined, '1.3.0'],
  ['1.2.0.dev0', 'minor', undefined, '1.2.0'],
  ['1.2.0.dev0', 'patch', undefined, '1.2.0'],
  ['1.2.0.dev0', 'minor', 'alpha', '1.2.0-alpha.1'],
  ['1.2.1.dev0', 'minor', 'alpha', '1.3.0-alpha.1'],
  ['1.2.0.dev0', 'prerelease', 'beta', '1.2.0-beta.1'],
  ['1.2.0a2.dev0', 'prerelease', 'alpha', '1.2.0-alpha.2'],
  ['1.2.0.post1', 'patch', undefined, '1.2.1'],
  ['1.2', 'minor', undefined, '1.3.0'],
] as const)('from %s a %s with stage %s is %s', (base, bump, prerelease, next) => {
  expect(nextVersion({ base, bump, prerelease })).toBe(next);
});

test.each([
  ['1.1.0', undefined, 'bump-unclear', 'minor with alpha is 1.2.0-alpha.1'],
  ['1.1.0', 'rc', 'bump-unclear', 'minor with rc is 1.2.0-rc.1'],
  ['1.2.0.dev0', undefined, 'bump-unclear', 'write prerelease with alpha, beta or rc'],
  ['1.2.0-rc.1', 'alpha', 'prerelease-backwards', 'prerelease with rc (1.2.0-rc.2)'],
  ['1.2.0-rc.1', 'beta', 'prerelease-backwards', 'minor with beta is 1.3.0-beta.1'],
  ['1.2.0-beta.3', 'alpha', 'prerelease-backwards', '1.2.0-beta.4'],
] as const)(
  'from %s a prerelease with stage %s is refused, and the answer says what to write',
  (base, prerelease, code, says) => {
    expect(() => nextVersion({ base, bump: 'prerelease', prerelease })).toThrow(
      expect.objectContaining({ code }) as Problem,
    );
    expect(() => nextVersion({ base, bump: 'prerelease', prerelease })).toThrow(says);
  },
);

test('a bump never gives a version at or below its base', () => {
  const bases = ['0.0.0', '0.9.9', '1.2.0', '1.2.0-dev.0', '1.2.0-alpha.1', '1.2.3-beta.2', '2.0.0-rc.10'];
  for (const base of bases) {
    for (const bump of ['major', 'minor', 'patch', 'prerelease'] as const) {
      for (const prerelease of [undefined, 'alpha', 'beta', 'rc'] as const) {
        try {
          expect(compareVersions(nextVersion({ base, bump, prerelease }), base)).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          expect(bump).toBe('prerelease');
        }
      }
    }
  }
});

test('the milestone after a version is the next minor one', () => {
  expect(['1.2.0', '1.2.3', '2.0.0-rc.1'].map(nextMilestone)).toEqual(['1.3.0', '1.3.0', '2.1.0']);
});
