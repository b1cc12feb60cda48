import { expect, test } from 'vitest';
import { doraOf, type Record as Run } from '../../src/domain/dora.ts';
import type { Step, StepStatus } from '../../src/domain/run/state.ts';
import { timeSpent } from '../../src/domain/run/times.ts';

const NOW = '2026-06-30T00:00:00.000Z';
/** Hours before now, as the runs' days are told in these tests. */
const at = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
const HOUR = 3600;

function step(id: string, from: number, to: number | null, status: StepStatus = 'done'): Step {
  const times = { startedAt: at(from), ...(to === null ? {} : { endedAt: at(to) }) };
  return { id, title: id, status, attempt: 1, summary: '', evidence: [], skippable: false, ...times };
}

/** Begun and on the index so many hours ago. */
function run(version: string, [from, out]: [number, number | null], more: Partial<Run> = {}): Run {
  const kind = more.kind ?? 'release';
  return {
    ...{ id: `${kind}:sample:${version}`, runId: version, kind, version, startedAt: at(from) },
    procedure: { kind: 'release' },
    steps: out === null ? [] : [step('release.index', out, out), step('release.visible', out, out)],
    ...more,
  } as Run;
}

const hotfix = (version: string, hours: [number, number]) =>
  run(version, hours, {
    kind: 'hotfix',
    procedure: { kind: 'hotfix', title: 'Fix', issue: null, base: null, commits: [] },
  });
const rollback = (version: string, from: number, yanked: number, more: Partial<Run> = {}) =>
  run(version, [from, null], { kind: 'rollback', steps: [step('release.yank', from, yanked)], ...more });

const of = (...runs: Run[]) => doraOf(runs, { now: NOW, days: 30 });

test.each([
  [
    'nothing released',
    [],
    { deliveries: [], lead: null, frequency: 0, changeFailRate: null, recovery: null, reworkRate: null, between: null },
  ],
  [
    'one release',
    [run('1.0.0', [50, 48])],
    { lead: 2 * HOUR, frequency: 1, changeFailRate: 0, reworkRate: 0, between: null },
  ],
  [
    'the median of lead times and of the time between',
    [run('1.0.0', [50, 48]), run('1.1.0', [30, 20]), run('1.2.0', [12, 11])],
    { lead: 2 * HOUR, frequency: 3, between: 18.5 * HOUR },
  ],
  ['what is older than the days does not count', [run('1.0.0', [24 * 40, 24 * 39])], { frequency: 0, deliveries: [] }],
  ['a pre-release is no delivery', [run('1.0.0-rc.1', [50, 48])], { deliveries: [] }],
  ['what never came out is no delivery', [run('1.0.0', [50, null])], { deliveries: [] }],
  [
    'a hotfix repairs the version below it',
    [run('1.0.0', [90, 80]), run('1.1.0', [50, 48]), hotfix('1.1.1', [10, 7])],
    { changeFailRate: 1 / 3, recovery: 3 * HOUR, reworkRate: 1 / 3 },
  ],
  [
    'a hotfix of an older line repairs that line',
    [run('1.0.0', [90, 80]), run('1.1.0', [50, 48]), hotfix('1.0.1', [10, 7])],
    { changeFailRate: 1 / 3, recovery: 3 * HOUR },
  ],
  [
    'a rollback: until the bad version is yanked',
    [run('1.0.0', [50, 48]), rollback('1.0.0', 40, 36)],
    { changeFailRate: 1, recovery: 4 * HOUR, reworkRate: 0 },
  ],
  [
    'a rollback that is under way has no recovery yet',
    [run('1.0.0', [50, 48]), run('1.0.0', [9, null], { kind: 'rollback' })],
    { changeFailRate: 1, recovery: null },
  ],
  [
    'a rollback that was withdrawn says nothing',
    [run('1.0.0', [50, 48]), rollback('1.0.0', 40, 36, { outcome: 'withdrawn' })],
    { changeFailRate: 0 },
  ],
  [
    'a window that ended badly',
    [run('1.0.0', [50, 48], { window: { verdict: 'regressed' } as Run['window'] & object })],
    { changeFailRate: 1, recovery: null },
  ],
  [
    'a roll-forward is rework',
    [run('1.0.0', [50, 48]), run('1.0.1', [40, 39], { procedure: { kind: 'roll-forward' } as Run['procedure'] })],
    { reworkRate: 0.5 },
  ],
] as const)('dora: %s', (_, runs, expected) => {
  expect(of(...runs)).toMatchObject(expected);
});

test.each([
  ['steps one after another', [step('prepare.a', 10, 9), step('test.a', 9, 6)], 6, [4, 0, 0, 0]],
  ['steps side by side count once', [step('test.a', 10, 7), step('test.b', 9, 6)], 6, [4, 0, 0, 0]],
  ['people who are waited for', [step('test.a', 10, 9), step('approve.sign-offs', 9, 2)], 2, [1, 7, 0, 0]],
  ['work beside a wait is work', [step('approve.checklist', 10, 4), step('test.a', 8, 6)], 4, [2, 4, 0, 0]],
  ['the window', [step('release.index', 10, 9), step('observe.window', 9, 1)], 1, [1, 0, 8, 0]],
  ['time between steps: blocked or paused', [step('test.a', 10, 9), step('test.b', 5, 4)], 4, [2, 0, 0, 4]],
  [
    'a step that is blocked works no longer',
    [step('test.a', 10, 9), step('test.b', 9, null, 'blocked')],
    null,
    [1, 0, 0, 9],
  ],
  [
    'what still goes on, until now',
    [step('test.a', 10, 9), step('approve.sign-offs', 9, null, 'waiting')],
    null,
    [1, 9, 0, 0],
  ],
] as const)('time spent: %s', (_, steps, end, [working, waiting, watching, standing]) => {
  const spent = timeSpent({ startedAt: at(10), steps: [...steps], ...(end === null ? {} : { endedAt: at(end) }) }, NOW);
  const hours = Object.fromEntries(Object.entries(spent).map(([name, seconds]) => [name, seconds / HOUR]));
  expect(hours).toEqual({ working, waiting, watching, standing });
});
