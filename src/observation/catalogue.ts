import type { FigureName } from '../domain/figures/sample.ts';

export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Who has it: the API for itself, the API for releases, both workers. */
  readonly of: 'api' | 'releases' | 'workers';
  readonly labels: readonly string[];
  readonly help: string;
}

const releases = (labels: readonly string[], help: string) =>
  ({ type: 'gauge', of: 'releases', labels, help }) as const;
const api = (type: MetricSpec['type'], labels: readonly string[], help: string) =>
  ({ type, of: 'api', labels, help }) as const;
const workers = (type: MetricSpec['type'], labels: readonly string[], help: string) =>
  ({ type, of: 'workers', labels, help }) as const;

/** Figures of releases, counted by the API now and then. */
const FIGURES = {
  slipway_runs: releases(['project', 'kind', 'status'], 'Open runs'),
  slipway_waits: releases(['project', 'kind', 'role'], 'What open runs wait for; the role of a sign-off, else empty'),
  slipway_wait_oldest_seconds: releases(['project', 'kind', 'role'], 'Age of the wait that lasts longest'),
  slipway_runs_ended: releases(['project', 'kind', 'outcome'], 'Runs that ended in the last 90 days'),
  slipway_run_time_seconds: releases(
    ['project', 'spent'],
    'Where the time of these runs went: working, waiting, watching, standing',
  ),
  slipway_windows_ended: releases(['project', 'verdict'], 'Windows of these runs by their verdict'),
  slipway_steps: releases(['step', 'status'], 'Steps of these runs by how they ended'),
  slipway_step_seconds: releases(['step', 'quantile'], 'How long a step takes: half and nine tenths of them'),
  slipway_step_retries: releases(['step'], 'Attempts of steps beyond the first'),
  slipway_dora_lead_seconds: releases(['project'], 'DORA: median from start until users can install it'),
  slipway_dora_deliveries_per_30_days: releases(['project'], 'DORA: deliveries in 30 days'),
  slipway_dora_change_fail_ratio: releases(['project'], 'DORA: share of deliveries that had to be repaired'),
  slipway_dora_recovery_seconds: releases(['project'], 'DORA: median until users had the repair'),
  slipway_dora_rework_ratio: releases(['project'], 'DORA: share of deliveries that nobody had planned'),
} as const satisfies Record<FigureName, MetricSpec>;

/** Every metric of Slipway's own, and no other: docs/observation.md has the same table. */
export const METRICS = {
  ...FIGURES,
  slipway_figures_counted_timestamp_seconds: api('gauge', [], 'When the figures of releases were counted'),
  slipway_figures_failures_total: api('counter', [], 'Counts of figures that failed'),
  slipway_http_requests_total: api('counter', ['method', 'route', 'status'], 'Requests by the pattern of their route'),
  slipway_http_request_seconds: api('histogram', ['method', 'route'], 'How long requests take until the answer begins'),
  slipway_sign_in_refusals_total: api('counter', ['means'], 'Tokens, sign-ins and scrapes that were refused'),
  slipway_listeners: api('gauge', [], 'Lines that follow a run live'),
  slipway_ready: api('gauge', ['check'], '1: this check of readiness is ok'),
  slipway_workers: api('gauge', ['queue'], 'Workers that serve a task queue'),
  slipway_disk_free_bytes: api('gauge', [], 'Free bytes in the state folder'),
  slipway_activities_total: workers('counter', ['activity', 'outcome'], 'Attempts of activities by how they ended'),
  slipway_activity_seconds: workers('histogram', ['activity'], 'How long attempts of activities take'),
  slipway_activity_retries_total: workers('counter', ['activity'], 'Attempts beyond the first'),
  slipway_activities_running: workers('gauge', ['activity'], 'Activities under way'),
  slipway_outside_requests_total: workers('counter', ['system', 'status'], 'Requests to outside systems'),
  slipway_outside_request_seconds: workers('histogram', ['system'], 'How long outside systems take to answer'),
  slipway_commands_total: workers('counter', ['program', 'outcome'], 'Commands by how they ended'),
  slipway_command_seconds: workers('histogram', ['program'], 'How long commands take'),
  slipway_worker_ready: workers('gauge', [], '1: this worker is running, and Temporal answers it'),
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

/** By name, those of one process. */
export function metricsOf(process: 'api' | 'workers'): [MetricName, MetricSpec][] {
  const all = Object.entries(METRICS) as [MetricName, MetricSpec][];
  return all.filter(([, { of }]) => (of === 'releases' ? 'api' : of) === process);
}
