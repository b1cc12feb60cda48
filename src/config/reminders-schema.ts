import { z } from 'zod';
import type { Reminders } from '../domain/reminders.ts';
import { type Finding, finding } from './finding.ts';
import { duration, keys } from './schema-parts.ts';

export const remindersSchema = (role: z.ZodType<Reminders['escalateTo'][number]>) =>
  keys({
    after: duration.default(86_400),
    every: duration.default(86_400),
    escalateAfter: duration.nullable().default(3 * 86_400),
    escalateTo: z.array(role).min(1).default(['operator']),
    most: z.int().min(1).max(30).default(10),
  })
    .nullable()
    .prefault({});

export function reminderFindings(reminders: Reminders | null): Finding[] {
  if (!reminders || reminders.escalateAfter === null || reminders.escalateAfter >= reminders.after) return [];
  const remedy = 'Write a longer time than after, or null: then nobody further is told.';
  return [finding(['reminders', 'escalateAfter'], 'comes before the first reminder', remedy)];
}
