import type { WorkflowHandle } from '@temporalio/client';
import { vi } from 'vitest';
import type { RunState } from '../../src/domain/run/state.ts';

/** The run's state once it is so; where it never is, the error says how far the run came. */
export function untilState(run: Pick<WorkflowHandle, 'query'>, holds: (state: RunState) => boolean): Promise<RunState> {
  return vi.waitFor(
    async () => {
      const state = await run.query<RunState>('state');
      if (!holds(state)) throw new Error(JSON.stringify([state.status, state.waitingFor, state.steps.at(-1)]));
      return state;
    },
    { timeout: 15_000, interval: 20 },
  );
}
