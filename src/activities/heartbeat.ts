import { activityInfo, Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

const SHORTEST_MS = 50;

/**
 * Every activity tells that it lives, whatever it does: a worker that was killed is noticed after the heartbeat time-out, and a
 * cancellation reaches the activity with its next heartbeat.
 */
export const heartbeats: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const timeout = context.info.heartbeatTimeoutMs;
      if (timeout === undefined) return next(input);
      context.heartbeat();
      const timer = setInterval(() => context.heartbeat(), Math.max(SHORTEST_MS, timeout / 3));
      try {
        return await next(input);
      } finally {
        clearInterval(timer);
      }
    },
  },
});

/** Ends what an activity started when the activity is cancelled; undefined outside of one. */
export function cancellation(): AbortSignal | undefined {
  try {
    return Context.current().cancellationSignal;
  } catch {
    return undefined;
  }
}

/** The execution that the activity at hand is for. */
export function caller(): { id: string; runId: string } {
  const { workflowId: id, runId } = activityInfo().workflowExecution!;
  return { id, runId };
}

/** Ends early when the activity is cancelled. */
export function pause(milliseconds: number): Promise<void> {
  return Context.current().sleep(milliseconds);
}
