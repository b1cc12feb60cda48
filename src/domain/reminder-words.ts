import type { Reminder } from './reminders.ts';

/** The first word of it says that it is not the first time. */
export function subjectOfReminder(reminder: Reminder | undefined, event: string, subject: string): string {
  if (!reminder) return subject;
  if (event === 'escalation') return `Escalated: ${subject}, for ${howLong(reminder.waited)} now`;
  return `Reminder ${reminder.number}: ${subject}, for ${howLong(reminder.waited)} now`;
}

export function asked(reminder: Reminder | undefined): string[] {
  if (!reminder) return [];
  const { people, escalatedTo } = reminder;
  return [
    ...(people.length === 0 ? [] : [`Who can answer: ${people.join(', ')}.`]),
    ...(escalatedTo.length === 0 ? [] : [`Nobody has answered, so it is said to: ${escalatedTo.join(', ')}.`]),
  ];
}

function howLong(seconds: number): string {
  const [count, unit] =
    seconds >= 172_800
      ? [seconds / 86_400, 'days']
      : seconds >= 7200
        ? [seconds / 3600, 'hours']
        : [seconds / 60, 'minutes'];
  return `${Math.max(1, Math.floor(count as number))} ${unit}`;
}
