import { ApplicationFailure } from '@temporalio/common';
import { Problem } from '../domain/problem.ts';

/** Messages and details end up in histories: what is longer belongs into the artifact store. */
const LONGEST_MESSAGE = 4000;

type Activity = (input: never) => Promise<unknown>;

/** The same activities, with every problem turned into Temporal's failure: its code is the type, its retry Temporal's to use. */
export function withFailures<T extends object>(activities: T): T {
  const guarded = Object.entries(activities).map(([name, activity]) => [name, guard(activity as Activity)]);
  return Object.fromEntries(guarded) as T;
}

function guard(activity: Activity): Activity {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      if (error instanceof Problem) throw failureOf(error);
      throw error;
    }
  };
}

export function failureOf(problem: Problem): ApplicationFailure {
  const { retryAfterSeconds, ...details } = problem.facts;
  return ApplicationFailure.create({
    type: problem.code,
    message: problem.message.slice(0, LONGEST_MESSAGE),
    nonRetryable: !problem.retry,
    details: [details],
    ...(retryAfterSeconds === undefined ? {} : { nextRetryDelay: `${Math.ceil(retryAfterSeconds)}s` }),
    ...(problem.cause instanceof Error ? { cause: problem.cause } : {}),
  });
}
