import { z } from 'zod';
import { cadence } from '../config/project-schema.ts';
import { backwards } from '../config/schedule-rules.ts';
import { sentence } from '../config/schema-faults.ts';
import { keys } from '../config/schema-parts.ts';
import { CADENCES, WEEKDAYS } from '../domain/calendar.ts';

export const scheduleName = z.enum(CADENCES);

/** What is left out is as usual for this `every`. */
export const scheduleRequest = keys({
  every: cadence.superRefine((every, context) => {
    const fault = backwards(every);
    if (fault) context.addIssue({ code: 'custom', message: sentence(...fault) });
  }),
  weekday: z.enum(WEEKDAYS).nullable().exactOptional().meta({ description: 'null: every day.' }),
  hour: z.int().min(0).max(23).exactOptional().meta({ description: 'UTC.' }),
}).meta({ id: 'ScheduleRequest' });

export type ScheduleRequestBody = z.output<typeof scheduleRequest>;
