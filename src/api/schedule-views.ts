import { CADENCES } from '../domain/calendar.ts';
import { readNote } from '../domain/schedule-note.ts';
import type { ScheduleView } from './answers/schedule-answer.ts';
import type { KnownSchedule, ScheduleKey, Schedules } from './schedules-port.ts';

/** All schedules of a project, in the order in which people think of them. */
export async function schedulesOf(schedules: Schedules, project: string): Promise<ScheduleView[]> {
  const known = await Promise.all(CADENCES.map((name) => viewFor(schedules, { project, name })));
  return known.filter((one) => one !== undefined);
}

export async function viewFor(schedules: Schedules, key: ScheduleKey): Promise<ScheduleView | undefined> {
  const known = await schedules.read(key);
  return known && viewOf(key, known);
}

function viewOf(
  { project, name }: ScheduleKey,
  { order, fault, paused, note, next, last }: KnownSchedule,
): ScheduleView {
  const { every, weekday, hour, source, by, changedAt } = order;
  return {
    ...{ project, name, every, weekday, hour, source, by, changedAt },
    paused: paused ? readNote(note) : null,
    ...(fault === undefined ? {} : { fault }),
    next: [...next],
    last: last.map(({ at, id, runId, result }) => ({
      ...{ at, id, runId, kind: result?.kind ?? null, says: result?.summary ?? null },
      ...(result?.run === undefined ? {} : { run: result.run }),
    })),
    links: { project: `/v1/projects/${project}`, self: `/v1/projects/${project}/schedules/${name}` },
  };
}
