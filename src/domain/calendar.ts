import { readCadence } from './cadence.ts';
import { compareVersions, isPrerelease } from './version.ts';

/** What a calendar asks of a project, each by a schedule of its own. */
export const CADENCES = ['prerelease', 'minor', 'major'] as const;
export type CadenceName = (typeof CADENCES)[number];

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When it is looked whether something is due, in UTC; without a weekday every day. It decides nothing: the tags do. */
export interface Alarm {
  readonly weekday: Weekday | null;
  readonly hour: number;
}

export function usualAlarm(every: string): Alarm {
  return { weekday: readCadence(every).least < 7 ? null : 'monday', hour: 6 };
}

/** The stable versions that a cadence counts from. */
export function countedFrom(stable: readonly string[]): { minor: string | null; major: string | null } {
  const sorted = stable.filter((version) => !isPrerelease(version)).toSorted(compareVersions);
  const last = (form: RegExp) => sorted.findLast((version) => form.test(version)) ?? sorted[0] ?? null;
  return { minor: last(/^\d+\.\d+\.0$/), major: last(/^\d+\.0\.0$/) };
}
