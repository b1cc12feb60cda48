/** A number of a metric, told apart by labels that have few values each. */
export interface Sample {
  readonly metric: FigureName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type FigureName =
  | 'slipway_runs'
  | 'slipway_waits'
  | 'slipway_wait_oldest_seconds'
  | 'slipway_runs_ended'
  | 'slipway_run_time_seconds'
  | 'slipway_windows_ended'
  | 'slipway_steps'
  | 'slipway_step_seconds'
  | 'slipway_step_retries'
  | 'slipway_dora_lead_seconds'
  | 'slipway_dora_deliveries_per_30_days'
  | 'slipway_dora_change_fail_ratio'
  | 'slipway_dora_recovery_seconds'
  | 'slipway_dora_rework_ratio';

/** Adds up numbers under the same labels. */
export class Tally {
  readonly #samples = new Map<string, Sample>();

  add(metric: FigureName, labels: Sample['labels'], value = 1): void {
    this.#merge(metric, labels, (before = 0) => before + value);
  }

  highest(metric: FigureName, labels: Sample['labels'], value: number): void {
    this.#merge(metric, labels, (before = 0) => Math.max(before, value));
  }

  get samples(): Sample[] {
    return [...this.#samples.values()];
  }

  #merge(metric: FigureName, labels: Sample['labels'], merged: (before: number | undefined) => number): void {
    const key = JSON.stringify([metric, labels]);
    this.#samples.set(key, { metric, labels, value: merged(this.#samples.get(key)?.value) });
  }
}

/** A project that the service has no file of is `other`: whoever starts runs around the API makes no labels. */
export function projectLabel(project: string, known: ReadonlySet<string>): string {
  return known.has(project) ? project : 'other';
}
