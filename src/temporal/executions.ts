import { type Client, WorkflowNotFoundError } from '@temporalio/client';

/** What a publish worker asks of Temporal itself; `laneQueue` is the task queue of the lane workflow. */
export function executionsOf(client: Client, laneQueue: string) {
  return {
    async closed(workflowId: string, runId?: string): Promise<boolean> {
      try {
        const { status } = await client.workflow.getHandle(workflowId, runId).describe();
        return status.name !== 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return true;
        throw error;
      }
    },

    state(workflowId: string, runId?: string): Promise<{ id: string; runId: string; [field: string]: unknown }> {
      return client.workflow.getHandle(workflowId, runId).query('state');
    },

    async signalLane(project: string, signal: 'enter' | 'leave', payload: Record<string, unknown>): Promise<void> {
      await client.workflow.signalWithStart('lane', {
        workflowId: `lane:${project}`,
        taskQueue: laneQueue,
        args: [],
        signal,
        signalArgs: [payload],
        staticSummary: `Lane of ${project}: one run at a time publishes`,
      });
    },
  };
}
