import { isCancellation } from '@temporalio/workflow';
import { beginStep, failStep, finishStep, type StepReport, type StepSpec } from '../domain/run/steps.ts';
import { type Hands, hands } from './activities.ts';
import { problemOf } from './failure.ts';
import { now, type Run, unpaused } from './run.ts';
import { show } from './show.ts';

/** A step that nobody is asked about: its trouble is said, and the run goes on without it; then undefined. */
export async function tryTo<R extends StepReport>(
  run: Run,
  spec: StepSpec,
  act: (using: Hands) => Promise<R>,
): Promise<R | undefined> {
  if (!spec.beside) await unpaused(run, spec.id);
  const step = beginStep(run.state, spec, now());
  show(run.state);
  try {
    const report = await act(hands(run.waits, { title: spec.title, step: spec.id }));
    finishStep(step, report, now());
    return report;
  } catch (error) {
    if (isCancellation(error)) {
      failStep(step, spec.beside ? 'no longer needed: the wait is over' : 'ended by the abort', now());
      throw error;
    }
    step.problem = problemOf(error, 'channel-unreachable');
    failStep(step, step.problem.message, now());
    return undefined;
  } finally {
    show(run.state);
  }
}
