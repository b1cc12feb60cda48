import { expect, test } from 'vitest';
import { addReading, type CompactReading, MOST_READINGS } from '../../src/domain/compact-readings.ts';
import { type ProbeHealth, type Reading, record, verdictOf, wordsOf } from '../../src/domain/health.ts';
import { valueAt } from '../../src/domain/json-pointer.ts';
import { judgeJson, judgeNumber, judgePrometheus, unknown } from '../../src/domain/measure.ts';
import type { Probe } from '../../src/domain/monitoring.ts';

const ok: Reading = { health: 'healthy', value: 1, note: 'fine' };
const bad: Reading = { health: 'unhealthy', value: 9, note: 'too many' };
const dark = unknown('no answer');
const moved = (note: string): Reading => ({ ...bad, note, changed: 'surely' });
const lost = (note: string): Reading => ({ ...bad, note, changed: 'if-seen' });

function probe(tolerate: number): Probe {
  return { kind: 'tag', name: 'p', tolerate, every: 60, after: 0, onBreach: 'ask' };
}

function after(tolerate: number, readings: readonly Reading[]) {
  let state: ProbeHealth | undefined;
  const breaches = readings.flatMap((reading, index) => {
    const taken = record(state, probe(tolerate), reading, index);
    state = taken.probe;
    return taken.breach ? [taken.breach] : [];
  });
  return { state: state!, breaches, at: breaches.map((one) => one.at) };
}

test.each([
  ['one bad reading is borne where one is tolerated', 1, [ok, bad, ok, bad, ok], []],
  ['the next in a row is a breach, told once', 1, [ok, bad, bad, bad, bad], [2]],
  ['healthy in between makes the next a new breach', 0, [bad, ok, bad], [0, 2]],
  ['what is unknown neither counts nor forgives', 1, [bad, dark, bad, dark, bad], [2]],
  ['nothing but unknown is no breach', 0, [dark, dark, dark], []],
  ['what somebody changed is a breach at once, whatever is tolerated', 5, [ok, moved('tag moved')], [1]],
  ['another change is another breach', 5, [moved('yanked'), moved('yanked'), moved('file added')], [0, 2]],
  ['a file that was seen and is gone is a breach at once', 5, [ok, lost('gone')], [1]],
  ['a file that was never seen may only be late', 2, [lost('gone'), lost('gone'), ok, lost('gone')], [3]],
] as const)('breach: %s', (_, tolerate, readings, at) => {
  expect(after(tolerate, readings).at).toEqual(at);
});

test('a breach says whether somebody else changed what was released, and long notes are cut', () => {
  const [breach] = after(0, [moved('x'.repeat(1000))]).breaches;
  expect(breach).toMatchObject({ changed: true, onBreach: 'ask' });
  expect(breach!.note).toHaveLength(300);
  expect(after(0, [bad]).breaches[0]).toMatchObject({ changed: false, note: 'too many' });
});

test.each([
  ['healthy', 0, [ok, ok, ok]],
  ['healthy: a few unknown ones are no doubt', 0, [ok, ok, dark]],
  ['inconclusive: mostly unknown', 0, [ok, dark, dark]],
  ['inconclusive: never an answer', 0, [dark]],
  ['regressed: a breach that stands', 0, [ok, bad]],
  ['healthy: a breach that has passed', 0, [bad, ok]],
  ['healthy: bad ones within what is tolerated', 2, [ok, bad, bad]],
  ['regressed: somebody changed it, and changed it back', 0, [moved('yanked'), ok]],
  ['regressed: a breach, and then no answer', 0, [ok, bad, dark]],
] as const)('verdict: %s', (told, tolerate, readings) => {
  const { state, breaches } = after(tolerate, readings);
  const verdict = verdictOf([state], breaches);
  expect(verdict).toBe(told.split(':')[0]);
  expect(wordsOf(verdict, [state], breaches)).toMatch(new RegExp(`^${verdict}: `));
});

test('a window in which nothing was looked at is inconclusive', () => {
  expect(verdictOf([], [])).toBe('inconclusive');
  expect(wordsOf('inconclusive', [], [])).toBe('inconclusive: nothing was looked at');
});

test('readings are thinned beyond their number, and every change of health stays', () => {
  let kept: readonly CompactReading[] = [];
  for (let at = 0; at < 5000; at += 1) kept = addReading(kept, [at, at, at % 500 === 250 ? 'u' : 'h']);
  expect(kept.length).toBeLessThanOrEqual(MOST_READINGS);
  expect(kept.filter(([, , health]) => health === 'u').map(([at]) => at)).toEqual(
    Array.from({ length: 10 }, (_, index) => 250 + 500 * index),
  );
  expect(kept.at(0)).toEqual([0, 0, 'h']);
  expect(kept.at(-1)).toEqual([4999, 4999, 'h']);
});

test('readings that do nothing but change are bounded all the same: the oldest go', () => {
  let kept: readonly CompactReading[] = [];
  for (let at = 0; at < 500; at += 1) kept = addReading(kept, [at, null, at % 2 === 0 ? 'u' : 'h']);
  expect(kept).toHaveLength(MOST_READINGS);
  expect(kept.at(-1)![0]).toBe(499);
});

test.each([
  [0.5, { max: 1 }, 'healthy'],
  [1, { max: 1 }, 'healthy'],
  [1.01, { max: 1 }, 'unhealthy'],
  [3, { min: 5 }, 'unhealthy'],
  [Number.NaN, { max: 1 }, 'unknown'],
  ['0', { max: 1 }, 'unknown'],
  [null, { max: 1 }, 'unknown'],
  [true, { max: 1 }, 'unknown'],
] as const)('the number %s within %o is %s', (value, limits, health) => {
  expect(judgeNumber(value, limits).health).toBe(health);
});

test.each([
  ['/data/rate', 0.1, 'healthy'],
  ['/data/list/1', 7, 'unhealthy'],
  ['/data/a~1b', 0.2, 'healthy'],
  ['/data/~0', 0.3, 'healthy'],
  ['/data', null, 'unknown'],
  ['/data/none', null, 'unknown'],
  ['/data/constructor', null, 'unknown'],
  ['/data/list/01', null, 'unknown'],
] as const)('at %s there is %s: %s', (pointer, value, health) => {
  const json = { data: { rate: 0.1, list: [0, 7], 'a/b': 0.2, '~': 0.3 } };
  expect(judgeJson(json, pointer, { max: 1 })).toMatchObject({ value, health });
});

test('the empty pointer is the whole value', () => {
  expect(valueAt(3, '')).toBe(3);
});

const vector = (...values: unknown[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
});

test.each([
  ['one series', vector('0.5'), 'healthy', 0.5],
  ['the worst of several', vector('0.5', '3', '2'), 'unhealthy', 3],
  ['a scalar', { status: 'success', data: { resultType: 'scalar', result: [1, '2'] } }, 'unhealthy', 2],
  ['no series', vector(), 'unknown', null],
  ['no number', vector('NaN'), 'unknown', null],
  ['one of several that is no number', vector('0.5', 'NaN'), 'unknown', null],
  ['a matrix', { status: 'success', data: { resultType: 'matrix', result: [] } }, 'unknown', null],
  ['an error', { status: 'error', error: 'bad query' }, 'unknown', null],
  ['a page', '<html>', 'unknown', null],
  ['nothing', null, 'unknown', null],
] as const)('Prometheus answers %s', (_, answer, health, value) => {
  expect(judgePrometheus(answer, { max: 1 })).toMatchObject({ health, value });
});
