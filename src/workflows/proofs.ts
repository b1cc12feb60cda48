import { CancellationScope, condition, sleep, workflowInfo } from '@temporalio/workflow';
import { judgeProven, provable } from '../domain/run/receive.ts';
import { hands } from './activities.ts';
import type { Run } from './run.ts';
import { show } from './show.ts';

/**
 * Nothing acts on a signal before its proof is verified. The run does that itself, which costs no event and is done before the next
 * query; not as a local activity, since what a run cancels because of one is not replayed as it was.
 */
export function verifyMeanwhile(run: Run): void {
  void CancellationScope.nonCancellable(() => verifying(run)); // a run that is being undone still listens
}

async function verifying(run: Run): Promise<never> {
  const { state } = run;
  const { namespace, workflowId: id, firstExecutionRunId: firstRunId } = workflowInfo();
  for (;;) {
    await condition(() => provable(state) !== 'none');
    const keys = provable(state) === 'now' ? undefined : await keysOfNow(run);
    const { fix } = state;
    judgeProven(state, { namespace, id, firstRunId }, keys);
    if (keys && state.fix !== fix) run.wakes += 1; // its signal came before the keys
    show(state);
    if (provable(state) === 'now') await sleep('100ms', { summary: 'A pause between two portions of signals' }); // somebody floods the run: in portions it stays alive
  }
}

/** The API signs with another key by now. */
async function keysOfNow(run: Run) {
  const { keys } = await hands(run.waits, { title: 'Read the public keys anew' }).waiting(30).readKeys();
  return keys;
}
