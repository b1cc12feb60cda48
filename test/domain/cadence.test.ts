import { describe, expect, test } from 'vitest';
import { type CadenceFacts, moveFor, occasionOf, readCadence } from '../../src/domain/cadence.ts';
import { countedFrom, usualAlarm } from '../../src/domain/calendar.ts';
import type { Inspection } from '../../src/domain/run/request.ts';

const NOW = '2026-06-01T06:00:00Z';
const daysAgo = (days: number) => new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
const FEATURE = { bump: 'minor' as const, reasons: ['feat: totals'] };
const NOTHING = { bump: 'none' as const, reasons: ['no commits since the last version'] };

interface Given {
  readonly newest?: [version: string, days: number] | null;
  readonly fresh?: CadenceFacts['fresh'];
  readonly base?: string;
  readonly suggested?: string | null;
  readonly bump?: Inspection['bump'];
  readonly minor?: [string, number] | null;
}

function found({ newest = ['1.1.0', 10], fresh = FEATURE, ...given }: Given) {
  const at = (one: [string, number] | null) => (one ? { version: one[0], at: daysAgo(one[1]) } : null);
  const { base = newest?.[0] ?? '0.1.0', suggested = '1.2.0', bump = 'minor', minor = ['1.1.0', 10] } = given;
  const cadence = { newest: at(newest), fresh, minor: at(minor), major: at(['1.0.0', 100]) };
  const said = { project: 'sample', package: 'sample', last: '1.1.0', base, bump, suggested, next: suggested };
  return { ...said, reasons: fresh.reasons, cadence };
}

describe('a weekly pre-release', () => {
  const move = (given: Given, every = 'weekly') => moveFor({ name: 'prerelease', every }, found(given), NOW);

  test.each<[string, Given, string]>([
    ['after a stable version begins the next one', {}, '1.2.0-alpha.1'],
    ['of a version that is going goes on with it', { newest: ['1.2.0-alpha.1', 7] }, '1.2.0-alpha.2'],
    ['of a beta is a beta', { newest: ['1.2.0-beta.3', 7] }, '1.2.0-beta.4'],
    ['after a fix, where a feature came since, begins higher', { newest: ['1.1.1-alpha.1', 7] }, '1.2.0-alpha.1'],
    ['after what breaks begins higher', { newest: ['1.2.0-alpha.4', 7], suggested: '2.0.0' }, '2.0.0-alpha.1'],
    ['where the file has a .dev begins with the alpha', { base: '1.2.0-dev.0' }, '1.2.0-alpha.1'],
    [
      'that was tagged four hours late last week is due all the same',
      { newest: ['1.2.0-alpha.1', 6.8] },
      '1.2.0-alpha.2',
    ],
  ])('%s', (_, given, version) => expect(move(given)).toMatchObject({ kind: 'release', version }));

  test.each<[string, Given, string]>([
    ['with nothing new', { fresh: NOTHING }, 'nothing is new since 1.1.0: no commits since the last version'],
    ['with chores alone', { fresh: { bump: 'none', reasons: ['2 commits, and nothing calls'] } }, '2 commits'],
    ['with nothing tagged yet', { newest: null }, 'for a person to start'],
    ['past a release candidate', { newest: ['1.2.0-rc.1', 7] }, '1.2.0-rc.1 is a release candidate'],
    ['two days after the last one', { newest: ['1.2.0-alpha.1', 2] }, 'is not due yet (weekly)'],
  ])('is not started %s, and it is said why', (_, given, why) =>
    expect(move(given)).toEqual({ kind: 'nothing', why: expect.stringContaining(why) }),
  );

  test('comes no sooner than its own order says, however often somebody makes the alarm ring', () => {
    expect(move({ newest: ['1.2.0-alpha.1', 20] }, '4 weeks').kind).toBe('nothing');
    expect(move({ newest: ['1.2.0-alpha.1', 26] }, '4 weeks').kind).toBe('release');
  });
});

describe('a reminder of the next minor version', () => {
  const move = (given: Given) => moveFor({ name: 'minor', every: '4-6 weeks' }, found(given), NOW);

  test.each<[number, string]>([
    [28, 'due'],
    [42, 'due'],
    [43, 'overdue'],
  ])('after %i days says that it is %s', (days, state) => {
    expect(move({ minor: ['1.1.0', days] })).toMatchObject({ kind: 'remind', notice: { state, next: '1.2.0', days } });
  });

  test.each<[string, Given, string]>([
    ['is not due before its time', { minor: ['1.1.0', 27] }, 'is due from 2026-06-02 on'],
    ['says nothing while nothing is new', { minor: ['1.1.0', 60], bump: 'none', fresh: NOTHING }, 'nothing to release'],
    ['counts from nothing', { minor: null }, 'nothing to count from'],
  ])('%s', (_, given, why) => expect(move(given)).toEqual({ kind: 'nothing', why: expect.stringContaining(why) }));

  test('is one occasion when it is due, another when it is overdue, and others after the next version', () => {
    const occasions = [30, 35, 50, 57].map((days) => {
      const one = move({ minor: ['1.1.0', days] });
      return one.kind === 'remind' ? occasionOf(one.notice) : '';
    });
    expect(occasions).toEqual([
      ...['minor due after 1.1.0', 'minor due after 1.1.0'],
      ...['minor overdue after 1.1.0', 'minor overdue after 1.1.0'],
    ]);
  });
});

test.each([
  ['weekly', 7, 7, 'monday'],
  ['monthly', 30, 30, 'monday'],
  ['3 days', 3, 3, null],
  ['4-6 weeks', 28, 42, 'monday'],
  ['6-12 months', 180, 360, 'monday'],
])('cadence: %s is %i to %i days, and is looked at on %s', (every, least, most, weekday) => {
  expect(readCadence(every)).toEqual({ least, most });
  expect(usualAlarm(every)).toEqual({ weekday, hour: 6 });
});

test.each([
  [['1.0.0', '1.1.0', '1.1.1', '1.2.0-alpha.1'], { minor: '1.1.0', major: '1.0.0' }],
  [['0.3.1', '0.4.0', '0.4.1'], { minor: '0.4.0', major: '0.3.1' }],
  [['2.0.0', '1.9.1'], { minor: '2.0.0', major: '2.0.0' }],
  [['1.0.0-rc.1'], { minor: null, major: null }],
])('cadence: of %j it is counted from %j', (versions, from) => expect(countedFrom(versions)).toEqual(from));
