import { refusalOfDecider } from './decisions.ts';
import type { WatchSignal } from './messages.ts';
import type { RunState } from './state.ts';

/** The time that a release is watched after it is published, as its run shows it. */
export interface Window {
  /** Counts from 1 and rises with each question to people; a `watch` signal names it. */
  attempt: number;
  readonly startedAt: string;
  endsAt: string;
  /** Why people are asked; absent while nothing is wrong. */
  asked?: { at: string; why: string };
  answers: {
    attempt: number;
    action: WatchSignal['action'];
    by: string;
    reason: string;
    at: string;
    hours?: number;
  }[];
  verdict?: Verdict;
}

export type Verdict = 'healthy' | 'regressed' | 'inconclusive';

/** One answer an attempt: to extend, to conclude, or to roll back. */
export function applyWatch(state: RunState, signal: WatchSignal, now: string): string | undefined {
  const refusal = refusalOfDecider(state, signal.by);
  if (refusal) return refusal;
  const { window } = state;
  if (!window) return 'nothing is watched yet';
  if (window.verdict) return `the window has ended: ${window.verdict}`;
  if (signal.attempt !== window.attempt)
    return `attempt ${window.attempt} of the window is the current one, not ${signal.attempt}`;
  if (answerOf(window)) return `attempt ${window.attempt} of the window is answered already`;
  window.answers.push({
    attempt: signal.attempt,
    action: signal.action,
    by: signal.by,
    reason: signal.reason,
    at: now,
    ...(signal.hours === undefined ? {} : { hours: signal.hours }),
  });
  return undefined;
}

/** What a person answered to the attempt at hand. */
export function answerOf(window: Window): Window['answers'][number] | undefined {
  return window.answers.find((one) => one.attempt === window.attempt);
}
