import { expect, test } from 'vitest';
import type { Reading } from '../../src/domain/health.ts';
import { detailsOf } from '../../src/domain/run/details.ts';
import {
  dueNow,
  hasNews,
  isOver,
  openMonitor,
  reportOf,
  schedule,
  takeIn,
  untilNext,
} from '../../src/domain/run/monitor.ts';
import { openState, type RunState } from '../../src/domain/run/state.ts';
import {
  applyWatch,
  askPeople,
  closeWindow,
  extendWindow,
  newBreaches,
  openWindow,
  settleAnswer,
  takeReport,
} from '../../src/domain/run/watching.ts';
import { monitorIdOf, probesOf, promotesAtOnce, windowOf } from '../../src/domain/window-rules.ts';
import { PEOPLE, project } from '../support/release-activities.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const HOUR = 3600;
const sample = project('monitoring: { window: 24h, every: 10m, probes: [install] }\n');

function watched(kind: 'release' | 'rollback' = 'release'): RunState {
  const request = { schema: 1 as const, project: 'sample', version: '1.2.0', startedBy: 'rel' };
  const state = openState({ id: `${kind}:sample:1.2.0`, runId: 'r', kind, request, now: NOW });
  state.frozen = { project: sample, people: PEOPLE.map((one) => ({ ...one })), unsignedSignals: 'accept' };
  state.window = openWindow({ length: 24 * HOUR, monitor: monitorIdOf(state), now: NOW });
  return state;
}

const answer = (more: object = {}) => ({
  ...{ requestId: '1', by: 'olga', attempt: 1, action: 'conclude' as const, reason: 'so be it' },
  ...more,
});

test.each([
  ['nobody known', {}, { by: 'eve' }, 'eve is not known to this service'],
  ['a viewer', {}, { by: 'vic' }, 'vic (viewer) may not answer for a window: releaser, operator, admin may'],
  ['an earlier attempt', { attempt: 3 }, {}, 'attempt 3 of the window is the current one, not 1'],
  ['a window that has ended', { verdict: 'healthy' }, {}, 'the window has ended: healthy'],
  ['hours for an end', {}, { hours: 2 }, 'hours are for extend, not for conclude'],
  ['years', {}, { action: 'extend', hours: 9000 }, 'the window is extended by at most 2160 hours'],
  [
    'an end during a rollback',
    { rollback: { standing: 'open' } },
    {},
    'a rollback of this version is under way: the window ends with it',
  ],
  ['more time during a rollback', { rollback: { standing: 'open' } }, { action: 'extend' }, undefined],
  ['an end after a rollback that came to nothing', { rollback: { standing: 'ended-otherwise' } }, {}, undefined],
  ['an end', {}, {}, undefined],
])('watch: %s', (_, window, signal, refusal) => {
  const state = watched();
  Object.assign(state.window!, window);
  expect(applyWatch(state, answer(signal), NOW)).toBe(refusal);
});

test('watch: one answer an attempt, and none while nothing is watched; a rollback is not rolled back', () => {
  const state = watched();
  expect(applyWatch(state, answer(), NOW)).toBeUndefined();
  expect(applyWatch(state, answer({ by: 'rel' }), NOW)).toBe('attempt 1 of the window is answered already');
  delete state.window;
  expect(applyWatch(state, answer(), NOW)).toBe('nothing is watched yet');
  expect(applyWatch(watched('rollback'), answer({ action: 'rollback' }), NOW)).toContain('nothing to roll back');
});

test('window: each question and each answer makes another attempt, and questions add up until one is answered', () => {
  const window = watched().window!;
  askPeople(window, 'tag: moved', NOW);
  askPeople(window, 'index: yanked', NOW);
  expect(window).toMatchObject({ attempt: 3, asked: { why: 'tag: moved; index: yanked' } });
  settleAnswer(window);
  expect(window.attempt).toBe(4);
  expect(window.asked).toBeUndefined();
});

test.each([
  ['before its end: from the end', '2026-01-01T12:00:00.000Z', '2026-01-02T02:00:00.000Z', 26],
  ['after its end: from now', '2026-01-03T00:00:00.000Z', '2026-01-03T02:00:00.000Z', 50],
])('window: extended %s', (_, now, endsAt, hours) => {
  const window = watched().window!;
  extendWindow(window, 2 * HOUR, now);
  expect(window).toMatchObject({ endsAt, length: hours * HOUR });
});

const moved: Reading = { health: 'unhealthy', value: null, note: 'the tag was moved', changed: 'surely' };
const fine: Reading = { health: 'healthy', value: 0, note: 'none' };
const probes = sample.monitoring!.probes;
const [index, tag] = probes;

test('monitor: tells a breach at once, while people are asked only now and then, and never a breach twice', () => {
  const state = openMonitor(probes, 24 * HOUR);
  takeIn(state, tag!, fine);
  expect(hasNews(state)).toBe(true);
  reportOf(state);
  expect(hasNews(state)).toBe(false);
  state.elapsed = 600;
  takeIn(state, tag!, moved);
  expect(hasNews(state)).toBe(true);
  const window = watched().window!;
  takeReport(window, reportOf(state));
  expect(newBreaches(window)).toMatchObject([{ probe: 'tag', at: 600 }]);
  window.handled = window.counted;
  expect(newBreaches(window)).toEqual([]);
  state.held = true;
  takeIn(state, index!, moved);
  expect(hasNews(state)).toBe(false);
  state.elapsed += 4 * HOUR;
  expect(hasNews(state)).toBe(true);
  expect(JSON.stringify(reportOf(state))).not.toContain('"readings":[[');
});

test('monitor: what was missed is not made up for, and a window that is held goes on beyond its end', () => {
  const state = openMonitor(probes, HOUR);
  expect(dueNow(state, probes)).toHaveLength(5);
  for (const probe of probes) schedule(state, probe);
  expect(untilNext(state)).toBe(600);
  state.elapsed = 2500;
  schedule(state, tag!);
  expect(state.due.tag).toBe(3000);
  state.elapsed = HOUR;
  expect(isOver(state)).toBe(true);
  state.held = true;
  expect(isOver(state)).toBe(false);
  state.concluded = true;
  expect(isOver(state)).toBe(true);
});

test('the Temporal UI shows the window: probes, verdict, and the exact command that answers', () => {
  const state = watched();
  state.steps.push({
    ...{ id: 'observe.window', title: '', status: 'waiting', attempt: 1, startedAt: NOW, summary: '' },
    ...{ evidence: [], skippable: false },
  });
  state.waitingFor.push({ step: 'observe.window', for: ['an answer to the window'], since: NOW, kind: 'watch' });
  const monitor = openMonitor(probes, HOUR);
  takeIn(monitor, tag!, moved);
  takeReport(state.window!, reportOf(monitor));
  askPeople(state.window!, 'tag: the tag was moved', NOW);
  const open = detailsOf(state);
  expect(open).toContain('| tag | **unhealthy, a breach** | the tag was moved |');
  expect(open).toContain(
    '--name watch --input \'{"requestId":"ANY-NEW-ID","by":"YOUR-LOGIN","attempt":2,"action":"extend|conclude|rollback"',
  );
  closeWindow(state.window!, false);
  expect(detailsOf(state)).toContain('**Window**: regressed: tag: the tag was moved');
});

const of = (yaml: string, version = '1.2.0', procedure: object = { kind: 'release' }) =>
  ({ project: project(yaml), version, procedure }) as Parameters<typeof windowOf>[0];

test('a window is for stable versions, hotfixes and roll-forwards, and for pre-releases where they are named', () => {
  const length = (yaml: string, version?: string, procedure?: object) => windowOf(of(yaml, version, procedure))?.window;
  expect(length('')).toBeUndefined();
  expect(length('monitoring: {}')).toBe(86_400);
  expect(length('monitoring: {}', '1.2.0-rc.1')).toBeUndefined();
  expect(length('monitoring: { stages: [rc] }', '1.2.0-rc.1')).toBe(86_400);
  expect(length('monitoring: { stages: [rc] }')).toBeUndefined();
  expect(length('monitoring: {}', '1.2.1', { kind: 'hotfix' })).toBe(86_400);
  expect(length('monitoring: {}', '1.2.1', { kind: 'roll-forward' })).toBe(86_400);
});

test('what a release was never put on is not looked at, and without a window nothing waits for its end', () => {
  const names = (yaml: string, can = { command: true }) =>
    probesOf(of(yaml, '1.2.0-alpha.1'), can).map(({ name }) => name);
  const own = 'monitoring: { stages: [alpha], probes: [ install, { kind: command, run: x } ] }';
  expect(names(own)).toEqual(['index', 'tag', 'github-release', 'issues', 'install', 'command']);
  expect(names(`${own}\nstages: { alpha: { index: false } }\npublish: { github: null }`, { command: false })).toEqual([
    'tag',
  ]);
  const later = 'monitoring: {}\npublish: { promote: after-window }';
  expect([promotesAtOnce(of(later)), promotesAtOnce(of(later, '1.2.0-rc.1'))]).toEqual([false, true]);
});

test('a rollback has a monitor of its own beside that of the release', () => {
  expect(monitorIdOf(watched())).toBe('monitor:sample:1.2.0');
  expect(monitorIdOf(watched('rollback'))).toBe('monitor:sample:1.2.0:rollback');
});
