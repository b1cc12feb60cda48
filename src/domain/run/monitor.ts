import { type Breach, type ProbeHealth, type Reading, record } from '../health.ts';
import type { Probe } from '../monitoring.ts';
import type { RollbackStanding } from '../standing.ts';

/** All that a monitor knows, and hands over when it continues as new. Times are seconds since the window began. */
export interface MonitorState {
  probes: ProbeHealth[];
  breaches: Breach[];
  rollback: RollbackStanding;
  /** How far the window has come. */
  elapsed: number;
  /** How long it lasts; while it is held, people are asked, and it goes on beyond. */
  length: number;
  held: boolean;
  concluded: boolean;
  /** When each probe looks next. */
  due: Record<string, number>;
  /** What its run was told last. */
  told: { at: number; shape: string; breaches: number; rollback: RollbackStanding };
  /** Breaches ever, also those that are no longer kept. */
  counted: number;
}

/** What a run tells its monitor: as things are, so that telling twice changes nothing. */
export interface Steering {
  readonly length: number;
  readonly held: boolean;
  readonly concluded: boolean;
}

/** What a monitor tells its run: without the readings, which would fill the run's history. */
export interface MonitorReport {
  readonly probes: readonly ProbeHealth[];
  readonly breaches: readonly Breach[];
  readonly counted: number;
  readonly rollback: RollbackStanding;
}

const KEPT_BREACHES = 30;

export function openMonitor(probes: readonly Probe[], length: number): MonitorState {
  return {
    probes: [],
    breaches: [],
    rollback: 'none',
    elapsed: 0,
    length,
    held: false,
    concluded: false,
    due: Object.fromEntries(probes.map(({ name, after }) => [name, after])),
    told: { at: -length, shape: '', breaches: 0, rollback: 'none' },
    counted: 0,
  };
}

export function isOver({ concluded, held, elapsed, length }: MonitorState): boolean {
  return concluded || (!held && elapsed >= length);
}

export function dueNow(state: MonitorState, probes: readonly Probe[]): Probe[] {
  return probes.filter(({ name }) => state.due[name]! <= state.elapsed);
}

/** Seconds until there is something to do; what was missed meanwhile is not made up for. */
export function untilNext(state: MonitorState): number {
  const ends = state.held ? Number.POSITIVE_INFINITY : state.length;
  return Math.max(0, Math.min(ends, ...Object.values(state.due)) - state.elapsed);
}

export function schedule(state: MonitorState, { name, every }: Probe): void {
  const due = state.due[name]!;
  state.due[name] = due + every * (Math.floor((state.elapsed - due) / every) + 1);
}

export function takeIn(state: MonitorState, probe: Probe, reading: Reading): void {
  const at = Math.round(state.elapsed);
  const index = state.probes.findIndex(({ name }) => name === probe.name);
  const { probe: after, breach } = record(state.probes[index], probe, reading, at);
  if (index < 0) state.probes.push(after);
  else state.probes[index] = after;
  if (!breach) return;
  state.breaches = [...state.breaches, breach].slice(-KEPT_BREACHES);
  state.counted += 1;
}

/** A breach is told at once, unless people are asked already; a change of health only now and then, so that a flickering probe is no flood. */
export function hasNews(state: MonitorState): boolean {
  const { told } = state;
  if (told.rollback !== state.rollback) return true;
  if (told.breaches < state.counted && !state.held) return true;
  const quiet = state.length / 6;
  return state.elapsed - told.at >= quiet && (told.shape !== shapeOf(state) || told.breaches < state.counted);
}

export function reportOf(state: MonitorState): MonitorReport {
  const { elapsed, counted, rollback } = state;
  state.told = { at: elapsed, shape: shapeOf(state), breaches: counted, rollback };
  return {
    probes: state.probes.map((probe) => ({ ...probe, readings: [] })),
    breaches: state.breaches,
    counted,
    rollback,
  };
}

function shapeOf({ probes }: MonitorState): string {
  return probes.map(({ name, health }) => `${name} ${health}`).join();
}
