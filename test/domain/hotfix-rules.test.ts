import { describe, expect, test } from 'vitest';
import { faultOfHotfix, isOlderLine, lightGates, nextHotfix } from '../../src/domain/hotfix-rules.ts';
import { project } from '../support/release-activities.ts';

const named = (yaml: string) => lightGates(project(yaml).gates).map(({ name }) => name);

describe('gates of a hotfix', () => {
  test.each([
    [
      'what is critical, lint and types, however they are called',
      `gates:
  - { name: all, run: pytest }
  - { name: core, run: pytest tests/core, critical: true }
  - { name: style, run: python -m ruff check . }
  - { name: typing, run: make types }
  - { name: slow, run: pytest tests/performance }`,
      ['core', 'style', 'typing'],
    ],
    [
      'the project’s own gates where nothing is critical: no gate at all would be no test',
      'gates: [ { name: tests, run: pytest }, { builtin: audit }, { name: speed, run: pytest, benchmark: { report: b.json } } ]',
      ['tests'],
    ],
    ['a builtin that the project calls critical', 'gates: [ { builtin: audit, critical: true } ]', ['audit']],
  ])('%s', (_, yaml, gates) => {
    expect(named(yaml)).toEqual(gates);
  });
});

const sample = project();
const TAGS = ['v1.1.0', 'v1.1.1', 'v1.2.0-rc.1', 'v2.0.0', 'v2', 'nightly'];

describe('the version of a hotfix', () => {
  test.each([
    ['main: the patch after the highest stable version', null, '2.0.1'],
    ['an older line: the patch after its own last version', 'v1.1.0', '1.1.2'],
  ])('%s', (_, base, version) => {
    expect(nextHotfix(sample, TAGS, base)).toBe(version);
  });

  test('a base that is no tag of a version is refused', () => {
    expect(() => nextHotfix(sample, TAGS, 'v9.9.9')).toThrow(/v9\.9\.9 is no tag/);
    expect(() => nextHotfix(sample, TAGS, 'nightly')).toThrow(/nightly is no tag/);
    expect(() => nextHotfix(sample, [], null)).toThrow(/nothing to fix/);
  });

  test.each([
    ['2.0.1', null, undefined],
    ['2.1.0', null, undefined],
    ['2.0.0', null, '2.0.0 is not higher than 2.0.0, which it fixes'],
    ['2.0.1-rc.1', null, '2.0.1-rc.1 is a pre-release: a hotfix is a stable version'],
    ['1.1.2', 'v1.1.1', undefined],
    ['1.2.0', 'v1.1.1', '1.2.0 is not of the line of v1.1.1'],
    ['1.1.2', 'v3.0.0', 'v3.0.0 is no tag of a version of this project'],
  ])('%s on %s: %s', (version, base, fault) => {
    expect(faultOfHotfix({ project: sample, version }, TAGS, base)).toBe(fault);
  });

  test('a line is older once somebody has a higher stable version; a pre-release is nobody’s latest', () => {
    expect(isOlderLine({ project: sample, version: '1.1.2' }, TAGS)).toBe(true);
    expect(isOlderLine({ project: sample, version: '2.0.1' }, TAGS)).toBe(false);
    expect(isOlderLine({ project: sample, version: '1.1.2' }, ['v1.1.1', 'v1.2.0-rc.1'])).toBe(false);
  });
});
