import type { RunState, Step } from './state.ts';

/** Where a run's time went, in seconds; together they are the time from its start to its end, or to now. */
export interface TimeSpent {
  /** A worker did something. */
  readonly working: number;
  /** People or other systems were waited for: sign-offs, reviews, a fix, a yank, the run's turn. */
  readonly waiting: number;
  /** The window was open, and nothing else was under way. */
  readonly watching: number;
  /** Blocked, paused, or between two steps. */
  readonly standing: number;
}

const WAITS = [
  ...['prepare.fix', 'approve.checklist', 'approve.sign-offs', 'approve.reviews', 'test.checks'],
  ...['release.lane', 'release.yank', 'release.roll-forward', 'release.visible', 'close.yank'],
];
const WINDOW = 'observe.window';

type Interval = readonly [from: number, to: number];

/** Of a step that was tried again only its last attempt is known: what came before counts as standing still. */
export function timeSpent(run: Pick<RunState, 'startedAt' | 'endedAt' | 'steps'>, now: string): TimeSpent {
  const end = seconds(run.endedAt ?? now);
  const start = Math.min(seconds(run.startedAt), end);
  const within = (steps: readonly Step[]) => merged(steps.map((step) => intervalOf(step, start, end)));
  const works = within(run.steps.filter(({ id }) => !WAITS.includes(id) && id !== WINDOW));
  const waits = within(run.steps.filter(({ id }) => WAITS.includes(id)));
  const watches = within(run.steps.filter(({ id }) => id === WINDOW));
  const working = lengthOf(works);
  const busy = lengthOf(merged([...works, ...waits]));
  const all = lengthOf(merged([...works, ...waits, ...watches]));
  return { working, waiting: busy - working, watching: all - busy, standing: end - start - all };
}

function intervalOf({ status, startedAt, endedAt }: Step, start: number, end: number): Interval {
  const from = Math.max(start, seconds(startedAt));
  // A blocked step works no longer, and since when is not known.
  const to = endedAt !== undefined ? seconds(endedAt) : status === 'blocked' || status === 'pending' ? from : end;
  return [from, Math.max(from, Math.min(to, end))];
}

function merged(intervals: readonly Interval[]): Interval[] {
  const found: [number, number][] = [];
  for (const [from, to] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, [from, to]) => sum + to - from, 0);
}

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}
