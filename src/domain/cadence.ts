import type { CadenceName } from './calendar.ts';
import { nextVersion } from './next-version.ts';
import type { Inspection } from './run/request.ts';
import { finalised, isPrerelease, partsOf } from './version.ts';

/** From so many days on it is due, and after so many overdue. */
export interface Cadence {
  readonly least: number;
  readonly most: number;
}

const DAYS = { days: 1, weeks: 7, months: 30 } as const;
const DAY_MS = 86_400_000;

/** `weekly`, `monthly`, `10 days`, `4-6 weeks`. */
export function readCadence(text: string): Cadence {
  if (text === 'weekly') return { least: 7, most: 7 };
  if (text === 'monthly') return { least: 30, most: 30 };
  const [, least, most = least, unit] = /^(\d+)(?:-(\d+))? (days|weeks|months)$/.exec(text) ?? [];
  const days = DAYS[unit as keyof typeof DAYS];
  return { least: Number(least) * days, most: Number(most) * days };
}

interface VersionAt {
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What a repository says of its own pace. */
export interface CadenceFacts {
  /** The highest version that is tagged, pre-releases included. */
  readonly newest: VersionAt | null;
  /** What came since. */
  readonly fresh: { readonly bump: Inspection['bump']; readonly reasons: readonly string[] };
  /** The last versions X.Y.0 and X.0.0; without one of these the first stable version. */
  readonly minor: VersionAt | null;
  readonly major: VersionAt | null;
}

export interface CadenceNotice {
  readonly bump: 'minor' | 'major';
  readonly state: 'due' | 'overdue';
  readonly every: string;
  readonly last: VersionAt;
  readonly days: number;
  readonly next: string;
  readonly reasons: readonly string[];
}

export type Move =
  | { readonly kind: 'release'; readonly version: string; readonly why: string }
  | { readonly kind: 'remind'; readonly notice: CadenceNotice }
  | { readonly kind: 'nothing'; readonly why: string };

interface Asked {
  readonly name: CadenceName;
  readonly every: string;
}

/** What the calendar calls for today. */
export function moveFor(asked: Asked, found: Inspection & { cadence: CadenceFacts }, now: string): Move {
  return asked.name === 'prerelease' ? prereleaseMove(asked, found, now) : reminderMove(asked, found, now);
}

function prereleaseMove({ every }: Asked, { cadence, base, suggested }: Found, now: string): Move {
  const { newest, fresh } = cadence;
  if (newest === null) return nothing('no version is tagged yet: the first one is for a person to start');
  if (fresh.bump === 'none' || suggested === null)
    return nothing(`nothing is new since ${newest.version}: ${fresh.reasons[0] ?? 'no commits'}`);
  if (partsOf(newest.version)?.stage === 'rc')
    return nothing(`${newest.version} is a release candidate: what comes after it is for a person to start`);
  const { least } = readCadence(every);
  const age = daysBetween(newest.at, now);
  if (age < least - tolerance(least))
    return nothing(`${newest.version} is of ${newest.at.slice(0, 10)}: the next one is not due yet (${every})`);
  const going = base !== null && isPrerelease(base) && partsOf(base)?.stage !== 'dev' && finalised(base) === suggested;
  const version = going ? nextVersion({ base, bump: 'prerelease' }) : `${suggested}-alpha.1`;
  return { kind: 'release', version, why: `new since ${newest.version}: ${fresh.reasons[0] ?? fresh.bump}` };
}

/** A release takes a while: one that was tagged a little after the hour is a week old next week all the same. */
function tolerance(least: number): number {
  return Math.min(least / 2, 3);
}

function reminderMove({ name, every }: Asked, { cadence, base, bump, reasons }: Found, now: string): Move {
  const wanted = name as 'minor' | 'major';
  const last = cadence[wanted];
  if (last === null) return nothing('no version is tagged yet: there is nothing to count from');
  const { least, most } = readCadence(every);
  const days = daysBetween(last.at, now);
  if (days < least) {
    const from = new Date(Date.parse(last.at) + least * DAY_MS).toISOString().slice(0, 10);
    return nothing(`${last.version} is of ${last.at.slice(0, 10)}: the next ${wanted} version is due from ${from} on`);
  }
  if (bump === 'none') return nothing(`${reasons[0] ?? 'nothing is new'}: there is nothing to release`);
  const state = days > most ? 'overdue' : 'due';
  const next = nextVersion({ base: base ?? last.version, bump: wanted });
  return {
    kind: 'remind',
    notice: { bump: wanted, state, every, last, days: Math.floor(days), next, reasons: reasons.slice(0, 10) },
  };
}

type Found = Inspection & { readonly cadence: CadenceFacts };

function nothing(why: string): Move {
  return { kind: 'nothing', why };
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/** One for each version that is counted from, when it is due and when it is overdue: looked at every week, said twice. */
export function occasionOf({ bump, state, last }: CadenceNotice): string {
  return `${bump} ${state} after ${last.version}`;
}
