import { readCadence } from '../domain/cadence.ts';
import { CADENCES } from '../domain/calendar.ts';
import { type Finding, finding } from './finding.ts';
import type { ProjectFile } from './project-schema.ts';
import { shown } from './schema-parts.ts';

export function scheduleFindings({ schedule = {} }: ProjectFile): Finding[] {
  return CADENCES.flatMap((name) => {
    const every = schedule[name];
    const fault = every === undefined ? undefined : backwards(every);
    return fault ? [finding(['schedule', name], ...fault)] : [];
  });
}

/** A time from longer to shorter is a slip of the pen. */
export function backwards(every: string): [wrong: string, remedy: string] | undefined {
  const { least, most } = readCadence(every);
  return least > most
    ? [`is ${shown(every)}, which ends before it begins`, 'Write the shorter time first.']
    : undefined;
}
