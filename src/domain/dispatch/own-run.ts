/** A run of a workflow, as far as it is told apart here. */
export interface JobRun {
  readonly id: number;
  readonly url: string;
  /** As the workflow's `run-name` makes it. */
  readonly title: string;
  readonly event: string;
  readonly sha: string;
  readonly status: string;
  readonly conclusion: string | null;
}

/** What a job is for: the same run, commit and manifest are the same job. */
export interface JobPurpose {
  readonly part: 'publish' | 'build';
  readonly commit: string;
  readonly manifest: string | null;
}

/** How many of its own runs a step may see: one for each attempt that a person let it make. */
const LONGEST_NUMBER = 6;

/** What stands in the title of a run, so that whoever asks again finds it: the same key and attempt are the same run. */
export function markerOf(key: string, attempt: number): string {
  return `slipway-${key}-${attempt}`;
}

export interface OwnRun extends JobRun {
  readonly attempt: number;
}

/** The runs that were dispatched under a key, the first one of each attempt, the last attempt first. */
export function ownRuns(runs: readonly JobRun[], key: string): OwnRun[] {
  const marked = new RegExp(`(?<![\\w-])slipway-${key}-(\\d{1,${LONGEST_NUMBER}})(?![\\w-])`);
  const own = runs.flatMap((run) => {
    const attempt = run.event === 'workflow_dispatch' ? marked.exec(run.title)?.[1] : undefined;
    return attempt === undefined ? [] : [{ ...run, attempt: Number(attempt) }];
  });
  const first = own.toSorted((a, b) => b.attempt - a.attempt || a.id - b.id);
  return first.filter((run, at) => first[at - 1]?.attempt !== run.attempt);
}

export type NextAct = { readonly kind: 'watch'; readonly run: OwnRun } | { readonly kind: 'dispatch' };

/**
 * One run for each attempt of the step. What still runs is watched, whichever attempt began it; what ended is judged in its own attempt,
 * and only a person's retry, which is the next attempt, lets another one be dispatched.
 */
export function nextAct(own: readonly OwnRun[], attempt: number): NextAct {
  const underWay = own.find((run) => !hasEnded(run));
  if (underWay) return { kind: 'watch', run: underWay };
  const last = own[0];
  return last && last.attempt >= attempt ? { kind: 'watch', run: last } : { kind: 'dispatch' };
}

export function hasEnded({ status }: Pick<JobRun, 'status'>): boolean {
  return status === 'completed';
}

/** What a person who waits for it should know. */
export function tellProgress({ status }: Pick<JobRun, 'status'>, file: string): string {
  if (status === 'waiting') return `${file} waits for the reviewers of its GitHub environment`;
  if (status === 'in_progress') return `${file} is running`;
  return `${file} waits for a runner (${status})`;
}
