import { describe, expect, test } from 'vitest';
import {
  asArtifacts,
  goodCandidates,
  higherOfLine,
  planRollForward,
  retagRefusals,
  retagVersion,
  yankedOf,
} from '../../src/domain/rollback.ts';

const tagged = (...versions: string[]) =>
  versions.map((version) => ({ version, tag: `v${version}`, commit: version.padEnd(40, '0') }));

describe('the last good release', () => {
  test.each<[string, string[], string[]]>([
    ['1.2.0', ['1.0.0', '1.2.0', '1.1.0', '1.1.1'], ['1.1.1', '1.1.0', '1.0.0']],
    ['1.2.0', ['1.2.0-rc.1', '1.1.0', '1.3.0'], ['1.1.0']],
    ['2.0.0-alpha.2', ['1.9.0', '2.0.0-alpha.1', '1.10.0'], ['1.10.0', '1.9.0']],
    ['1.0.0', ['1.0.0', '1.0.0-rc.1'], []],
  ])('of %s among %j is the first of %j that stands: stable, and below it', (bad, there, wanted) => {
    expect(goodCandidates(bad, tagged(...there)).map(({ version }) => version)).toEqual(wanted);
  });
});

describe('the version of a roll-forward', () => {
  const plan = (bad: string, known: string[], more: { good?: string | null; better?: string | null } = {}) =>
    planRollForward({ bad, known, good: '1.1.0', better: null, ...more });

  test.each<[string, string[], string]>([
    ['1.2.0', ['1.2.0', '1.1.0'], '1.2.1'],
    ['1.2.0', ['1.2.0', '1.2.1', '1.2.2'], '1.2.3'],
    ['1.2.0', ['1.2.0', '1.2.1-rc.1'], '1.2.2'],
    ['1.2.0', ['1.2.0', '1.3.0', '2.0.0-alpha.1'], '1.2.1'],
    ['1.2.9', ['1.2.9', '1.2.10'], '1.2.11'],
  ])('of %s with %j known is the next free patch of its line: %s', (bad, known, version) => {
    expect(plan(bad, known)).toEqual({ version });
  });

  test('is none without a good release, above a better one of the line, and for a pre-release', () => {
    expect(plan('1.2.0', [], { good: null })).toEqual({ none: expect.stringContaining('no good release') });
    expect(plan('1.2.0', [], { better: '1.2.1' })).toEqual({ none: expect.stringContaining('1.2.1') });
    expect(plan('1.3.0-rc.1', [])).toEqual({ none: expect.stringContaining('pre-release') });
  });

  test('better ones are stable and higher on the same line, the highest first', () => {
    expect(higherOfLine('1.2.0', ['1.2.2', '1.2.10', '1.2.11-rc.1', '1.3.0', '1.1.9'])).toEqual(['1.2.10', '1.2.2']);
  });
});

describe('tags are moved only where that is honest', () => {
  const asked = { good: '1.1.0', tags: ['1.1.0', '1.2.0'], index: ['1.1.0'], releases: [], badIsImmutable: false };

  test('the new tag is the good version’s next patch', () => {
    expect(retagVersion('1.1.0')).toBe('1.1.1');
    expect(retagRefusals(asked)).toEqual([]);
  });

  test.each<[string, Partial<typeof asked>, string[]]>([
    ['a tag of that name', { tags: ['1.1.1'] }, ['there is a tag of it']],
    ['a version of that name on the index', { index: ['1.1.1'] }, ['the index has it']],
    ['a release of that name', { releases: ['1.1.1'] as never }, ['there is a GitHub release of it']],
    ['an immutable bad release', { badIsImmutable: true }, ['immutable']],
    ['no good release', { good: null as never }, ['no good release']],
    ['everything at once', { tags: ['1.1.1'], index: ['1.1.1'], badIsImmutable: true }, ['immutable', 'tag', 'index']],
  ])('refused with %s', (_, change, reasons) => {
    expect(retagRefusals({ ...asked, ...change })).toEqual(reasons.map((reason) => expect.stringContaining(reason)));
  });
});

describe('a version is taken away', () => {
  const wanted = asArtifacts([
    { filename: 'a.whl', sha256: '1'.repeat(64), size: 3 },
    { filename: 'a.tar.gz', sha256: '2'.repeat(64) },
  ]);

  test('when every file is yanked, with the reason that was given', () => {
    const there = [
      { filename: 'a.whl', yanked: 'broken' },
      { filename: 'a.tar.gz', yanked: true },
    ];
    expect(yankedOf(wanted, there)).toMatchObject({ left: [], deleted: [], reason: 'broken' });
  });

  test('not while a file is left, be it one that came later', () => {
    const there = [
      { filename: 'a.whl', yanked: true },
      { filename: 'a-2.whl', yanked: false },
    ];
    expect(yankedOf(wanted, there)).toMatchObject({ left: ['a-2.whl'], deleted: ['a.tar.gz'], yanked: ['a.whl'] });
  });
});
