import { refusalOfSender } from '../authority.ts';
import { type Breach, type ProbeHealth, type Verdict, verdictOf, wordsOf } from '../health.ts';
import type { WatchSignal } from './messages.ts';
import type { MonitorReport } from './monitor.ts';
import type { RunState } from './state.ts';

/** The time that a release is watched after it is published, as its run shows it. */
export interface Window {
  /** Counts from 1 and rises with each question to people and each answer; a `watch` signal names it. */
  attempt: number;
  readonly startedAt: string;
  endsAt: string;
  /** Seconds from start to end. */
  length: number;
  /** The workflow that looks; it answers the query `state` with all its readings. */
  readonly monitor: string;
  /** As last told by the monitor; the readings come with its end. */
  probes: ProbeHealth[];
  breaches: Breach[];
  /** Breaches ever, and how many of them were acted on. */
  counted: number;
  handled: number;
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
  /** A rollback of this version, by whomever it was started. */
  rollback?: { standing: 'open' | 'rolled-back' | 'ended-otherwise' };
  verdict?: Verdict;
  /** One sentence on the verdict. */
  summary?: string;
}

const LONGEST_HOURS = 90 * 24;

/** One answer an attempt: to extend, to conclude, or to roll back. */
export function applyWatch(state: RunState, signal: WatchSignal, now: string): string | undefined {
  const refusal = refusalOfSender(state, signal.by, signal.action === 'rollback' ? 'roll-back' : 'watch');
  if (refusal) return refusal;
  const { window } = state;
  if (!window) return 'nothing is watched yet';
  if (window.verdict) return `the window has ended: ${window.verdict}`;
  if (signal.attempt !== window.attempt)
    return `attempt ${window.attempt} of the window is the current one, not ${signal.attempt}`;
  if (answerOf(window)) return `attempt ${window.attempt} of the window is answered already`;
  const { action, hours } = signal;
  if (hours !== undefined && action !== 'extend') return `hours are for extend, not for ${action}`;
  if (hours !== undefined && hours > LONGEST_HOURS) return `the window is extended by at most ${LONGEST_HOURS} hours`;
  if (window.rollback?.standing === 'open' && action !== 'extend')
    return 'a rollback of this version is under way: the window ends with it';
  if (action === 'rollback' && state.kind === 'rollback') return 'this is the rollback: there is nothing to roll back';
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

export function openWindow(opened: { length: number; monitor: string; now: string }): Window {
  const { length, monitor, now } = opened;
  return {
    attempt: 1,
    startedAt: now,
    endsAt: later(now, length),
    length,
    monitor,
    probes: [],
    breaches: [],
    counted: 0,
    handled: 0,
    answers: [],
  };
}

/** What its monitor says; readings that are known already stay. */
export function takeReport(window: Window, report: MonitorReport): void {
  window.probes = report.probes.map((probe) => ({ ...probe }));
  window.breaches = [...report.breaches];
  window.counted = Math.max(window.counted, report.counted);
}

/** Breaches that nobody has acted on yet. */
export function newBreaches({ breaches, counted, handled }: Window): readonly Breach[] {
  return handled >= counted ? [] : breaches.slice(-Math.min(counted - handled, breaches.length));
}

/** Another question to people: answers to what was asked before no longer count. */
export function askPeople(window: Window, why: string, now: string): void {
  const before = window.asked ? `${window.asked.why}; ` : '';
  window.attempt += 1;
  window.asked = { at: now, why: `${before}${why}`.slice(0, 1000) };
}

/** The answer is acted on: what comes next is another attempt. */
export function settleAnswer(window: Window): void {
  window.attempt += 1;
  delete window.asked;
}

/** From the end as it is, or from now where that has passed. */
export function extendWindow(window: Window, seconds: number, now: string): void {
  const from = Date.parse(window.endsAt) > Date.parse(now) ? window.endsAt : now;
  window.endsAt = later(from, seconds);
  window.length = secondsOf(window.startedAt, window.endsAt);
}

/** As it stands at the end; what was rolled back has regressed, whatever the probes say by now. */
export function closeWindow(window: Window, rolledBack: boolean): void {
  const { breaches, probes } = window;
  const verdict = rolledBack ? 'regressed' : verdictOf(probes, breaches);
  const by = concludedBy(window);
  const how = rolledBack ? '; it was rolled back' : by ? `; concluded by ${by.by}: ${by.reason}` : '';
  window.verdict = verdict;
  window.summary = `${wordsOf(verdict, probes, breaches)}${how}`;
  delete window.asked;
}

/** An answer ended it: by whom. */
export function concludedBy({ answers }: Window): Window['answers'][number] | undefined {
  const last = answers.at(-1);
  return last?.action === 'conclude' ? last : undefined;
}

export function secondsOf(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

function later(from: string, seconds: number): string {
  return new Date(Date.parse(from) + seconds * 1000).toISOString();
}
