import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { noteTold } from '../domain/run/steps.ts';
import { occasionOf } from '../domain/run/told.ts';
import { hands } from './activities.ts';
import { problemOf } from './failure.ts';
import type { Run } from './run.ts';
import { show } from './show.ts';

const SPEC = { id: 'approve.told', title: 'Tell GitHub how the run stands' };

/**
 * Beside all else: whenever the run's phase or its waits change, once for what changed meanwhile. It holds nothing up, and what can't be told
 * is said in the run itself. Told from when people are asked, until the run has ended.
 */
export function tellMeanwhile(run: Run): void {
  run.told = CancellationScope.nonCancellable(() => telling(run)); // a run that is being undone is told of as well
}

async function telling(run: Run): Promise<void> {
  const { state, context } = run;
  let last: string | undefined;
  for (let count = 0; ; count += 1) {
    const next = () => occasionOf(state, count);
    await condition(() => state.outcome !== undefined || (next() !== undefined && next() !== last));
    const occasion = next();
    if (occasion !== undefined && occasion !== last) {
      last = occasion;
      const { firstExecutionRunId } = workflowInfo();
      await hands(run.waits, { title: SPEC.title, step: SPEC.id })
        .telling.ensureTold({ ...context, runId: state.runId, run: firstExecutionRunId })
        .then(
          (report) => noteTold(state, SPEC, { report }, new Date().toISOString()),
          (error: unknown) => noteTold(state, SPEC, { problem: problemOf(error) }, new Date().toISOString()),
        );
      show(state);
    }
    if (state.outcome !== undefined && next() === last) return;
  }
}
