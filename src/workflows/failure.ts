import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { PROBLEMS, type ProblemCode, type ProblemNote } from '../domain/problem.ts';

/** What a failed activity means to a person; `late` names the problem of a wait whose time is over. Anything else is a bug and thrown on. */
export function problemOf(error: unknown, late: ProblemCode = 'worker-unfit'): ProblemNote {
  // What a workflow finds out itself, such as how a child ended.
  if (error instanceof ApplicationFailure && (error.type ?? '') in PROBLEMS) return noteOf(error);
  if (!(error instanceof ActivityFailure)) throw error;
  const cause = error.cause;
  if (cause instanceof TimeoutFailure) {
    const last = cause.cause instanceof ApplicationFailure ? cause.cause : undefined;
    const note = last && last.type !== 'not-yet' ? noteOf(last) : undefined;
    return (
      note ?? {
        code: late,
        message: last?.message ?? `${error.activityType}: no answer in time`,
        remedy: PROBLEMS[late].remedy,
      }
    );
  }
  if (cause instanceof ApplicationFailure) return noteOf(cause);
  return unexpected(cause?.message ?? error.message);
}

function noteOf(failure: ApplicationFailure): ProblemNote {
  const code = failure.type ?? '';
  if (!(code in PROBLEMS)) return unexpected(`${failure.type ?? 'Error'}: ${failure.message}`);
  const facts = (failure.details?.[0] ?? {}) as { log?: string; faults?: string[] };
  return {
    code: code as ProblemCode,
    message: failure.message,
    remedy: PROBLEMS[code as ProblemCode].remedy,
    ...(facts.log === undefined ? {} : { log: facts.log }),
    ...(facts.faults === undefined ? {} : { faults: facts.faults }),
  };
}

function unexpected(message: string): ProblemNote {
  return { code: 'unexpected', message, remedy: 'Look at the log of the worker; retry once the cause is gone.' };
}
