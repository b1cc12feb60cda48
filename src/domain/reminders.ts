import { isOwnUnderStrict } from './authority.ts';
import type { Role } from './project.ts';
import { holding } from './run/sign-offs.ts';
import type { RunState } from './run/state.ts';

/** Who is told again while a run waits for people; all times in seconds since the wait began. */
export interface Reminders {
  readonly after: number;
  readonly every: number;
  /** null: nobody further is told. */
  readonly escalateAfter: number | null;
  readonly escalateTo: readonly Role[];
  readonly most: number;
}

export interface Reminder {
  /** Counts from 1 in each wait, and is part of what makes it one announcement. */
  readonly number: number;
  /** Seconds that the wait has lasted by then. */
  readonly waited: number;
  /** Roles that hear of it because nobody answered. */
  readonly escalatedTo: readonly Role[];
  /** Those who can still answer, and those it is escalated to, by login. */
  readonly people: readonly string[];
}

const WEEK = 7 * 86_400;

/** At even intervals until it escalates, then ever more seldom, a week apart at most: who was not moved by three is not moved by thirty. */
export function reminderAt(rules: Reminders, number: number): { waited: number; escalates: boolean } | undefined {
  if (number > rules.most) return undefined;
  let waited = rules.after;
  let gap = rules.every;
  for (let at = 1; at < number; at += 1) {
    waited += gap;
    if (rules.escalateAfter !== null && waited >= rules.escalateAfter)
      gap = Math.max(rules.every, Math.min(gap * 2, WEEK));
  }
  return { waited, escalates: rules.escalateAfter !== null && waited >= rules.escalateAfter };
}

/** Whom the roles mean in this run: whoever can't or need not sign any more is not reminded. */
export function peopleFor(state: RunState, wanted: readonly string[], escalatedTo: readonly Role[]): string[] {
  const { people = [], project } = state.frozen ?? {};
  const signed = new Set(holding(state).map(({ by }) => by));
  const logins = people.flatMap(({ login, roles }) => {
    const mayStill = !signed.has(login) && !(project && isOwnUnderStrict(project, login, state.startedBy));
    const asked = mayStill && roles.some((role) => wanted.includes(role));
    return asked || roles.some((role) => escalatedTo.includes(role)) ? [login] : [];
  });
  return logins.slice(0, 50);
}
