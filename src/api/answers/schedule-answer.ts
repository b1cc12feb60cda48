import { z } from 'zod';
import { CADENCES, WEEKDAYS } from '../../domain/calendar.ts';
import { list } from './run-parts.ts';

const time = z.string().meta({ description: 'ISO 8601.' });

export const scheduleAnswer = z
  .object({
    project: z.string(),
    name: z.enum(CADENCES).meta({ description: '`prerelease` starts releases; `minor` and `major` remind people.' }),
    every: z.string(),
    weekday: z.enum(WEEKDAYS).nullable().meta({ description: 'When it is looked; null: every day.' }),
    hour: z.int().meta({ description: 'UTC.' }),
    source: z.enum(['file', 'person']).meta({ description: 'Who wants it so: a person, once one has changed it.' }),
    by: z.string(),
    changedAt: time,
    paused: z
      .object({ by: z.string().nullable(), at: z.string().nullable(), reason: z.string() })
      .nullable()
      .meta({ description: '`by` is null where it was paused in Temporal itself.' }),
    fault: z.string().exactOptional().meta({ description: 'Why it starts nothing: its order is not our own.' }),
    next: list(time),
    last: list(
      z.object({
        ...{ at: time, id: z.string(), runId: z.string() },
        kind: z.enum(['started', 'reminded', 'nothing', 'refused', 'failed']).nullable(),
        says: z.string().nullable(),
        run: z.string().exactOptional().meta({ description: 'The id of the run that was started.' }),
      }),
    ),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Schedule' });

export const scheduleList = z.object({ schedules: z.array(scheduleAnswer) }).meta({ id: 'ScheduleList' });

export type ScheduleView = z.output<typeof scheduleAnswer>;
export type ScheduleList = z.output<typeof scheduleList>;
