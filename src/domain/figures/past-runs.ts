import { type Record as Delivered, doraOf } from '../dora.ts';
import type { RunState } from '../run/state.ts';
import { timeSpent } from '../run/times.ts';
import { projectLabel, type Sample, Tally } from './sample.ts';

export const FIGURES_DAYS = 90;

/** As the archive keeps them, open ones included; records that are older than steps tell nothing. */
export type PastRun = Delivered & Pick<RunState, 'project'>;

/** What became of the runs of the last days, and where their time went. */
export function figuresOfPast(runs: readonly PastRun[], known: ReadonlySet<string>, now: string): Sample[] {
  const tally = new Tally();
  const from = Date.parse(now) - FIGURES_DAYS * 86_400_000;
  const told = runs.filter((run) => Array.isArray(run.steps) && run.procedure && !run.id.startsWith('plan:'));
  const ended = told.filter(({ endedAt }) => endedAt !== undefined && Date.parse(endedAt) >= from);
  for (const run of ended) {
    const project = projectLabel(run.project, known);
    tally.add('slipway_runs_ended', { project, kind: run.kind, outcome: run.outcome ?? 'none' });
    for (const [spent, seconds] of Object.entries(timeSpent(run, now)))
      tally.add('slipway_run_time_seconds', { project, spent }, seconds);
    if (run.window?.verdict) tally.add('slipway_windows_ended', { project, verdict: run.window.verdict });
    for (const { id, status, attempt } of run.steps) {
      tally.add('slipway_steps', { step: stepLabel(id), status });
      if (attempt > 1) tally.add('slipway_step_retries', { step: stepLabel(id) }, attempt - 1);
    }
  }
  return [...tally.samples, ...durations(ended), ...dora(told, known, now)];
}

/** `test.gate.unit-tests` is `test.gate`: names that a project gives are no labels. */
export function stepLabel(id: string): string {
  return id.split('.').slice(0, 2).join('.');
}

function durations(runs: readonly PastRun[]): Sample[] {
  const byStep = new Map<string, number[]>();
  for (const { id, status, startedAt, endedAt } of runs.flatMap(({ steps }) => steps)) {
    if (endedAt === undefined || (status !== 'done' && status !== 'adopted')) continue;
    const seconds = Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
    const step = stepLabel(id);
    byStep.set(step, [...(byStep.get(step) ?? []), seconds]);
  }
  return [...byStep].flatMap(([step, seconds]) =>
    [0.5, 0.9].map((quantile) => ({
      metric: 'slipway_step_seconds' as const,
      labels: { step, quantile: String(quantile) },
      value: quantileOf(seconds, quantile),
    })),
  );
}

/** The smallest that at least so large a share of them does not exceed. */
function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
}

function dora(runs: readonly PastRun[], known: ReadonlySet<string>, now: string): Sample[] {
  return [...known].flatMap((project) => {
    const own = runs.filter((run) => run.project === project);
    if (own.length === 0) return [];
    const { lead, frequency, changeFailRate, recovery, reworkRate } = doraOf(own, { now, days: FIGURES_DAYS });
    const five = [
      ['slipway_dora_lead_seconds', lead],
      ['slipway_dora_deliveries_per_30_days', frequency],
      ['slipway_dora_change_fail_ratio', changeFailRate],
      ['slipway_dora_recovery_seconds', recovery],
      ['slipway_dora_rework_ratio', reworkRate],
    ] as const;
    return five.flatMap(([metric, value]) => (value === null ? [] : [{ metric, labels: { project }, value }]));
  });
}
