import { CancellationScope, condition, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { PublishActivities } from '../activities/index.ts';
import { settle, unproven } from '../domain/run/receive.ts';
import type { Run } from './run.ts';
import { show } from './show.ts';

/** Beside the workflow, in the publish process: so what is verified costs one event, and its sender hears of it at once. */
const { verifyProofs } = proxyLocalActivities<Pick<PublishActivities, 'verifyProofs'>>({ startToCloseTimeout: '30s' });

/** Nothing acts on a signal before its proof is verified: those that have one wait for it, all that are there at once. */
export function verifyMeanwhile(run: Run): void {
  void CancellationScope.nonCancellable(() => verifying(run)); // a run that is being undone still listens
}

async function verifying(run: Run): Promise<never> {
  const { state } = run;
  const { workflowId: id, firstExecutionRunId: firstRunId } = workflowInfo();
  for (;;) {
    await condition(() => unproven(state).length > 0);
    const signals = unproven(state);
    const { keys = {} } = state.frozen!;
    const { faults } = await verifyProofs({ id, firstRunId, keys, signals });
    settle(state, faults);
    if (signals.some(({ name }) => name === 'fixReady')) run.wakes += 1;
    show(state);
  }
}
