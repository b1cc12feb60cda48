import { addReading, type CompactReading } from './compact-readings.ts';
import type { OnBreach, Probe } from './monitoring.ts';

export type Health = 'healthy' | 'unhealthy' | 'unknown';
export type Verdict = 'healthy' | 'regressed' | 'inconclusive';

/** One look of one probe. A source that does not answer is unknown, never healthy. */
export interface Reading {
  readonly health: Health;
  readonly value: number | null;
  readonly note: string;
  /** What is outside is no longer what a run of Slipway put there; `if-seen`: unless it was never seen there. */
  readonly changed?: 'surely' | 'if-seen';
}

/** What a window knows of a probe. Times are seconds since the window began. */
export interface ProbeHealth {
  readonly name: string;
  readonly kind: Probe['kind'];
  readonly health: Health;
  readonly note: string;
  readonly value: number | null;
  readonly at: number;
  /** How long it has been so. */
  readonly since: number;
  /** Bad ones in a row; what is unknown neither adds to them nor ends them. */
  readonly bad: number;
  readonly taken: { readonly healthy: number; readonly unhealthy: number; readonly unknown: number };
  /** Is it in breach now, and of what? */
  readonly breach?: string;
  readonly readings: readonly CompactReading[];
}

export interface Breach {
  readonly probe: string;
  readonly at: number;
  readonly note: string;
  readonly onBreach: OnBreach;
  /** Somebody else changed what was released: somebody else holds a credential. */
  readonly changed: boolean;
}

const LONGEST_NOTE = 300;

/** Takes a reading in; a breach is told once, and again only for another change or after the probe was healthy in between. */
export function record(
  before: ProbeHealth | undefined,
  probe: Probe,
  reading: Reading,
  at: number,
): { probe: ProbeHealth; breach?: Breach } {
  const { health, value } = reading;
  const note = reading.note.slice(0, LONGEST_NOTE);
  const taken = before?.taken ?? { healthy: 0, unhealthy: 0, unknown: 0 };
  const bad = health === 'unhealthy' ? (before?.bad ?? 0) + 1 : health === 'healthy' ? 0 : (before?.bad ?? 0);
  const changed = reading.changed === 'surely' || (reading.changed === 'if-seen' && taken.healthy > 0);
  const stands = health === 'unhealthy' && (changed || bad > probe.tolerate);
  const what = changed ? note : 'beyond its threshold';
  const breach = stands ? what : health === 'unknown' || bad > probe.tolerate ? before?.breach : undefined;
  const after: ProbeHealth = {
    name: probe.name,
    kind: probe.kind,
    health,
    note,
    value,
    at,
    since: before?.health === health ? before.since : at,
    bad,
    taken: { ...taken, [health]: taken[health] + 1 },
    ...(breach === undefined ? {} : { breach }),
    readings: addReading(before?.readings ?? [], [at, value, LETTERS[health]]),
  };
  if (!stands || before?.breach === what) return { probe: after };
  return { probe: after, breach: { probe: probe.name, at, note, onBreach: probe.onBreach, changed } };
}

const LETTERS = { healthy: 'h', unhealthy: 'u', unknown: '?' } as const;

/**
 * Regressed: a probe is in breach at the end, or somebody changed what was released, whatever became of it.
 * Inconclusive: a probe was mostly unknown, or nothing was looked at.
 */
export function verdictOf(probes: readonly ProbeHealth[], breaches: readonly Breach[]): Verdict {
  if (probes.some(({ breach }) => breach !== undefined) || breaches.some(({ changed }) => changed)) return 'regressed';
  return probes.length === 0 || probes.some(isDim) ? 'inconclusive' : 'healthy';
}

/** More than half of the looks said nothing. */
export function isDim({ taken }: ProbeHealth): boolean {
  return taken.unknown > taken.healthy + taken.unhealthy;
}

/** One sentence on a window that has ended. */
export function wordsOf(verdict: Verdict, probes: readonly ProbeHealth[], breaches: readonly Breach[]): string {
  const standing = probes.filter(({ breach }) => breach !== undefined);
  const past = breaches.filter(({ changed, probe }) => changed && !standing.some(({ name }) => name === probe));
  const dim = probes.filter(isDim);
  const count = probes.reduce((sum, { taken }) => sum + taken.healthy + taken.unhealthy + taken.unknown, 0);
  const of = `${count} readings of ${probes.length} probes`;
  if (verdict === 'regressed' && standing.length + past.length === 0) return `regressed: ${of}`;
  if (verdict === 'regressed')
    return `regressed: ${[...standing, ...past.map((one) => ({ ...one, name: one.probe }))].map(({ name, note }) => `${name}: ${note}`).join('; ')} (${of})`;
  if (verdict === 'healthy') return `healthy: ${of}`;
  return dim.length === 0
    ? 'inconclusive: nothing was looked at'
    : `inconclusive: ${dim.map(({ name, note }) => `${name} mostly said nothing (${note})`).join('; ')}`;
}
