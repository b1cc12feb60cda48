import type { RunState } from './run/state.ts';
import { compareVersions, stageOf } from './version.ts';

/** A version that users could install, stable ones only: a pre-release is for those who ask for it. */
export interface Delivery {
  readonly id: string;
  readonly runId: string;
  readonly version: string;
  readonly kind: 'release' | 'hotfix' | 'roll-forward';
  /** When it was on the index. */
  readonly at: string;
  /** Seconds from the start of its run until then. */
  readonly lead: number;
  /** It had to be repaired: by what, and the seconds from when somebody began to, until users had the repair. */
  readonly failed?: { readonly by: string; readonly recovery: number | null };
}

/** DORA's figures over some days up to now; null where there is nothing to count. */
export interface Dora {
  readonly days: number;
  /** Oldest first. */
  readonly deliveries: readonly Delivery[];
  /** Median seconds. */
  readonly lead: number | null;
  /** Deliveries in 30 days. */
  readonly frequency: number;
  /** Median seconds between two. */
  readonly between: number | null;
  /** Share of deliveries that had to be repaired. */
  readonly changeFailRate: number | null;
  /** Median seconds. */
  readonly recovery: number | null;
  /** Share of deliveries that nobody had planned: hotfixes and roll-forwards. */
  readonly reworkRate: number | null;
}

export type Record = Pick<
  RunState,
  'id' | 'runId' | 'kind' | 'version' | 'startedAt' | 'endedAt' | 'outcome' | 'steps' | 'procedure' | 'window'
>;

const DAY = 86_400;
const MONTH = 30;

/** Of one project's runs, open and ended, in any order. */
export function doraOf(runs: readonly Record[], { now, days }: { now: string; days: number }): Dora {
  const all = deliveriesOf(runs);
  const from = Date.parse(now) - days * DAY * 1000;
  const deliveries = all.filter(({ at }) => Date.parse(at) >= from);
  const failed = deliveries.filter((one) => one.failed !== undefined);
  const gaps = deliveries.slice(1).map((one, index) => between(deliveries[index]!.at, one.at));
  const share = (count: number) => (deliveries.length === 0 ? null : count / deliveries.length);
  return {
    days,
    deliveries,
    lead: median(deliveries.map(({ lead }) => lead)),
    frequency: (deliveries.length * MONTH) / days,
    between: median(gaps),
    changeFailRate: share(failed.length),
    recovery: median(failed.flatMap((one) => one.failed?.recovery ?? [])),
    reworkRate: share(deliveries.filter(({ kind }) => kind !== 'release').length),
  };
}

/** Oldest first. */
function deliveriesOf(runs: readonly Record[]): Delivery[] {
  const delivered = runs.flatMap((run) => {
    const at = deliveredAt(run);
    return at === undefined ? [] : [{ run, at }];
  });
  return delivered
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ run, at }) => {
      const { id, runId, version, startedAt, procedure } = run;
      const kind = procedure.kind === 'hotfix' || procedure.kind === 'roll-forward' ? procedure.kind : 'release';
      const failed = failureOf(run, runs, delivered);
      return { id, runId, version, kind, at, lead: between(startedAt, at), ...(failed ? { failed } : {}) };
    });
}

function deliveredAt({ kind, version, steps }: Record): string | undefined {
  if (kind === 'rollback' || stageOf(version) !== 'stable') return undefined;
  const done = (id: string) =>
    steps.find((step) => step.id === id && (step.status === 'done' || step.status === 'adopted'));
  return done('release.index') && (done('release.visible')?.endedAt ?? done('release.index')?.endedAt);
}

type Delivered = { readonly run: Record; readonly at: string };

/** Rolled back, replaced by a hotfix of its line, or regressed in its window: in this order, as the first tells most. */
function failureOf(run: Record, runs: readonly Record[], delivered: readonly Delivered[]): Delivery['failed'] {
  const rollback = runs.find(
    (one) => one.kind === 'rollback' && one.version === run.version && one.outcome !== 'withdrawn',
  );
  if (rollback) return { by: rollback.id, recovery: recoveredBy(rollback) };
  const hotfix = delivered.find((one) => one.run.kind === 'hotfix' && replaces(one, run, delivered));
  if (hotfix) return { by: hotfix.run.id, recovery: between(hotfix.run.startedAt, hotfix.at) };
  return run.window?.verdict === 'regressed' ? { by: run.id, recovery: null } : undefined;
}

/** Users are out of trouble once the bad version is off the index: what follows is for the books. */
function recoveredBy({ startedAt, endedAt, steps }: Record): number | null {
  const yanked = steps.find(({ id, status }) => id === 'release.yank' && status === 'done')?.endedAt ?? endedAt;
  return yanked === undefined ? null : between(startedAt, yanked);
}

/** A hotfix repairs the highest version below its own. */
function replaces({ run: hotfix }: Delivered, run: Record, delivered: readonly Delivered[]): boolean {
  const below = delivered
    .map((one) => one.run.version)
    .filter((version) => compareVersions(version, hotfix.version) < 0)
    .toSorted(compareVersions);
  return below.at(-1) === run.version;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function between(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
