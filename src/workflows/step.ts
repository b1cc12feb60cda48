import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import { PROBLEMS, type ProblemCode, type ProblemNote } from '../domain/problem.ts';
import { decisionFor } from '../domain/run/decisions.ts';
import type { Step } from '../domain/run/state.ts';
import {
  beginStep,
  blockStep,
  describeStep,
  failStep,
  finishStep,
  type StepReport,
  type StepSpec,
  skipStep,
} from '../domain/run/steps.ts';
import { type Hands, hands } from './activities.ts';
import { problemOf } from './failure.ts';
import { announcedWhile } from './phases/announce.ts';
import { now, type Run, unpaused, waitUntil } from './run.ts';
import { show } from './show.ts';

export interface Spec extends StepSpec {
  /** The problem of a wait whose time is over. */
  readonly late?: ProblemCode;
}

/** A step that is never skipped. It fails only into a block: a person retries or aborts, and the run goes on from here. */
export async function must<R extends StepReport>(run: Run, spec: Spec, act: (using: Hands) => Promise<R>): Promise<R> {
  const report = await attempt(run, { ...spec, skippable: false }, act);
  if (report === undefined) throw ApplicationFailure.nonRetryable(`${spec.id} was skipped, which it never is`);
  return report;
}

/** A step that a person may skip; then undefined. */
export function may<R extends StepReport>(
  run: Run,
  spec: Spec,
  act: (using: Hands) => Promise<R>,
): Promise<R | undefined> {
  return attempt(run, { ...spec, skippable: true }, act);
}

/** What a step tells while it waits. */
export function tell(run: Run, id: string, report: StepReport): void {
  describeStep(run.state, id, report);
  show(run.state);
}

/** A part that is left out, visibly. */
export function omit(run: Run, spec: Spec, why: string): Promise<StepReport> {
  return must(run, spec, () => Promise.resolve({ summary: why, omitted: true }));
}

/** A question to a person in the form of a blocked step: true when they let the run go on as it is. */
export async function ask(run: Run, spec: StepSpec, problem: { code: ProblemCode; message: string }): Promise<boolean> {
  await unpaused(run, spec.id);
  const step = beginStep(run.state, { ...spec, skippable: true }, now());
  const action = await decided(run, step, { ...problem, remedy: PROBLEMS[problem.code].remedy });
  if (action === 'skip') skipStep(step, now());
  return action === 'skip';
}

async function attempt<R extends StepReport>(
  run: Run,
  spec: Spec,
  act: (using: Hands) => Promise<R>,
): Promise<R | undefined> {
  for (;;) {
    await unpaused(run, spec.id);
    const step = beginStep(run.state, spec, now());
    show(run.state);
    let problem: ProblemNote;
    try {
      const report = await act(hands(run.waits, { title: spec.title, step: spec.id }));
      finishStep(step, report, now());
      show(run.state);
      return report;
    } catch (error) {
      if (isCancellation(error)) {
        failStep(step, 'ended before it was done', now());
        throw error;
      }
      problem = problemOf(error, spec.late);
    }
    const action = await decided(run, step, problem);
    if (action === 'skip') {
      skipStep(step, now());
      show(run.state);
      return undefined;
    }
  }
}

/** Parks the step until somebody decides on this very attempt. */
async function decided(run: Run, step: Step, problem: ProblemNote): Promise<'retry' | 'skip'> {
  blockStep(step, problem);
  const { attempt: number } = step;
  const names = [`decision on ${step.id}`];
  const trouble = { step: step.id, attempt: number, message: problem.message, remedy: problem.remedy };
  const undecided = () => (decisionFor(run.state, step.id, number) === undefined ? names : []);
  await announcedWhile(run, { event: 'blocked', occasion: `${step.id} ${number}`, trouble, still: undecided }, () =>
    waitUntil(run, step.id, { kind: 'decision', names: () => names }, () => undecided().length === 0),
  );
  const action = decisionFor(run.state, step.id, number)!;
  if (action !== 'abort') return action;
  failStep(step, problem.message, now());
  // While a run is being undone there is nothing further to abort: what can't be undone is left, and said.
  if (run.takingBack) return 'skip';
  throw new CancelledFailure('aborted');
}

/**
 * Looks outside by an activity that fails `not-yet` until it is so, which costs no history; a wake makes it look at once.
 * The step says meanwhile what it waits for.
 */
export async function look<R>(
  run: Run,
  step: string,
  what: string,
  looking: () => Promise<R>,
  kind: 'outside' | 'machine' = 'outside',
): Promise<R> {
  for (;;) {
    const seen = run.wakes;
    const scope = new CancellationScope();
    let found: { result: R } | undefined;
    let failure: { error: unknown } | undefined;
    const search = scope.run(looking).then(
      (result) => {
        found = { result };
      },
      (error: unknown) => {
        failure = { error };
      },
    );
    const over = () => found !== undefined || failure !== undefined;
    await waitUntil(run, step, { kind, names: () => [what] }, () => over() || run.wakes > seen);
    if (!over()) scope.cancel();
    await search;
    await condition(over);
    if (found) return found.result;
    const { error } = failure!;
    if (!isCancellation(error) || run.wakes === seen) throw error;
  }
}

/** The same for what a machine does soon: lists of runs do not say it, since nobody can do anything about it. */
export function lookSoon<R>(run: Run, step: string, what: string, looking: () => Promise<R>): Promise<R> {
  return look(run, step, what, looking, 'machine');
}

/** All of them side by side; the first trouble is told only after every one has come to rest, so that undoing never races with doing. */
export async function together<T extends readonly unknown[]>(all: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(all);
  const failed = results.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((one) => (one as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
