import { describe, expect, test } from 'vitest';
import { figuresOfOpen, type OpenRun } from '../../src/domain/figures/open-runs.ts';
import { figuresOfPast, type PastRun, stepLabel } from '../../src/domain/figures/past-runs.ts';
import type { Sample } from '../../src/domain/figures/sample.ts';

const NOW = '2026-06-30T00:00:00.000Z';
const KNOWN = new Set(['sample']);
const ago = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
const HOUR = 3600;

const signOff = (hours: number, ...roles: string[]) => ({ kind: 'sign-off' as const, for: roles, since: ago(hours) });
const open = (more: Partial<OpenRun> = {}): OpenRun => ({
  ...{ project: 'sample', kind: 'release', status: 'waiting', waits: [] },
  ...more,
});

/** `metric{values of its labels}` as an object. */
function byName(samples: readonly Sample[]): Record<string, number> {
  return Object.fromEntries(
    samples.map(({ metric, labels, value }) => [`${metric}{${Object.values(labels).join()}}`, value]),
  );
}

describe('figures of open runs:', () => {
  const of = (...runs: OpenRun[]) => byName(figuresOfOpen(runs, KNOWN, NOW));

  test('each is counted by project, kind and status', () => {
    expect(of(open(), open(), open({ status: 'blocked' }))).toEqual({
      'slipway_runs{sample,release,waiting}': 2,
      'slipway_runs{sample,release,blocked}': 1,
    });
  });

  test('of two runs that wait for one role, the one that waits longest tells the age', () => {
    const found = of(open({ waits: [signOff(2, 'qa')] }), open({ waits: [signOff(50, 'qa', 'tech-lead')] }));
    expect(found).toMatchObject({
      'slipway_waits{sample,sign-off,qa}': 2,
      'slipway_wait_oldest_seconds{sample,sign-off,qa}': 50 * HOUR,
      'slipway_waits{sample,sign-off,tech-lead}': 1,
    });
  });

  test('names that projects and people give are no labels', () => {
    const blocked = { kind: 'decision' as const, for: ['decision on test.gate.my-gate'], since: ago(1) };
    const made = of(open({ project: 'made-up', waits: [blocked, signOff(1, 'a role of mine')] }));
    expect(Object.keys(made).join()).not.toMatch(/made-up|my-gate|of mine/);
    expect(made).toMatchObject({
      'slipway_waits{other,decision,}': 1,
      'slipway_waits{other,sign-off,other}': 1,
    });
  });

  test('a clock that is behind makes no wait younger than nothing', () => {
    expect(of(open({ waits: [signOff(-1, 'qa')] }))['slipway_wait_oldest_seconds{sample,sign-off,qa}']).toBe(0);
  });
});

describe('figures of past runs:', () => {
  const step = (id: string, from: number, to: number, more = {}) => ({
    ...{ id, title: id, status: 'done', attempt: 1, startedAt: ago(from), endedAt: ago(to) },
    ...{ summary: '', evidence: [], skippable: false, ...more },
  });
  const run = (more: object = {}) =>
    ({
      ...{ id: 'release:sample:1.0.0', runId: 'one', kind: 'release', project: 'sample', version: '1.0.0' },
      ...{ startedAt: ago(10), endedAt: ago(4), outcome: 'released', procedure: { kind: 'release' }, steps: [] },
      ...more,
    }) as unknown as PastRun;
  const of = (...runs: PastRun[]) => byName(figuresOfPast(runs, KNOWN, NOW));

  test('working and waiting are told apart, and both are added up', () => {
    const steps = [step('test.build', 10, 9), step('approve.sign-offs', 9, 5), step('release.tag', 5, 4)];
    const found = of(run({ steps }), run({ runId: 'two', steps }));
    expect(found).toMatchObject({
      'slipway_run_time_seconds{sample,working}': 2 * 2 * HOUR,
      'slipway_run_time_seconds{sample,waiting}': 2 * 4 * HOUR,
      'slipway_runs_ended{sample,release,released}': 2,
    });
  });

  test('gates are one step, whatever a project calls them; further attempts are retries', () => {
    const steps = [step('test.gate.unit', 10, 9), step('test.gate.lint', 10, 7, { attempt: 3 })];
    expect(stepLabel('test.gate.unit')).toBe('test.gate');
    expect(of(run({ steps }))).toMatchObject({
      'slipway_steps{test.gate,done}': 2,
      'slipway_step_seconds{test.gate,0.5}': HOUR,
      'slipway_step_seconds{test.gate,0.9}': 3 * HOUR,
      'slipway_step_retries{test.gate}': 2,
    });
  });

  test('the DORA five of a project; a figure that has nothing to count is not there', () => {
    const delivered = [step('release.index', 6, 6), step('release.visible', 6, 5)];
    const found = of(run({ steps: delivered }));
    expect(found).toMatchObject({
      'slipway_dora_lead_seconds{sample}': 5 * HOUR,
      'slipway_dora_change_fail_ratio{sample}': 0,
      'slipway_dora_rework_ratio{sample}': 0,
    });
    expect(found['slipway_dora_deliveries_per_30_days{sample}']).toBeCloseTo(1 / 3);
    expect(Object.keys(found).join()).not.toContain('recovery');
  });

  test('plans, runs of long ago and records of before steps tell nothing', () => {
    const old = run({ startedAt: ago(24 * 100), endedAt: ago(24 * 99) });
    expect(of(run({ id: 'plan:sample:1.0.0' }), old, run({ steps: undefined }))).not.toHaveProperty(
      'slipway_runs_ended{sample,release,released}',
    );
  });
});
