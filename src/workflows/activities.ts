import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { BuildActivities, PublishActivities } from '../activities/index.ts';
import type { Waits } from '../domain/project.ts';

const BUILD_QUEUE: typeof import('../activities/index.ts').BUILD_QUEUE = 'slipway-build';
const PUBLISH_QUEUE: typeof import('../activities/index.ts').PUBLISH_QUEUE = 'slipway-publish';

/** What a step works with: the same activities, told apart by time-outs and queue alone. Seconds throughout. */
export interface Hands {
  /** Minutes at most: looks, pushes, calls. */
  readonly publish: PublishActivities;
  /** Announcements: left at once where nobody waits for them any more. */
  readonly notice: PublishActivities;
  /** What GitHub shows of a run: tried for a short time only, since nothing waits for it but its end. */
  readonly telling: PublishActivities;
  /** Uploads of files. */
  readonly upload: PublishActivities;
  /** Looks again and again until the outside is ready; never blocks the step. */
  readonly waiting: (every: number) => PublishActivities;
  /** The same, for at most so long. */
  readonly waitingAtMost: (every: number, limit: number) => PublishActivities;
  /** Project code, with its own limit; room for a second and third attempt where a worker dies. */
  readonly build: (limit: number) => BuildActivities;
}

const MINUTE = 60;
/** What one waits for often comes at once: the first looks are close together, then at the interval asked for. */
const SOON = 16;

/** `step`: told to the worker, for its logs and traces. */
export function hands(waits: Waits, { title, step }: { title: string; step?: string }): Hands {
  const common = { heartbeatTimeout: seconds(waits.heartbeat), summary: title.slice(0, 200), step };
  const publish = (options: ActivityOptions) =>
    proxyActivities<PublishActivities>({ ...common, taskQueue: PUBLISH_QUEUE, ...options });
  const completed = { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED };
  const looking = (every: number): ActivityOptions => ({
    startToCloseTimeout: seconds(waits.quick),
    retry: { initialInterval: seconds(every / SOON), backoffCoefficient: 2, maximumInterval: seconds(every) },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
  return {
    publish: publish({ scheduleToCloseTimeout: seconds(waits.quick), ...completed }),
    notice: publish({
      scheduleToCloseTimeout: seconds(waits.quick),
      cancellationType: ActivityCancellationType.TRY_CANCEL,
    }),
    telling: publish({ scheduleToCloseTimeout: seconds(Math.min(waits.quick, MINUTE)), ...completed }),
    upload: publish({ scheduleToCloseTimeout: seconds(waits.upload), ...completed }),
    waiting: (every) => publish(looking(every)),
    waitingAtMost: (every, limit) => publish({ ...looking(every), scheduleToCloseTimeout: seconds(limit) }),
    build: (limit) =>
      proxyActivities<BuildActivities>({
        ...common,
        taskQueue: BUILD_QUEUE,
        startToCloseTimeout: seconds(limit + MINUTE),
        scheduleToCloseTimeout: seconds(3 * (limit + MINUTE) + 10 * MINUTE),
        ...completed,
      }),
  };
}

const LANE_LOOKS_EVERY = 15;

/** Ends when the execution is closed; a lane has no project file, so its waits are its own. */
export function untilClosed(summary: string, input: { workflowId: string; runId: string }): Promise<void> {
  const { awaitClosed } = proxyActivities<PublishActivities>({
    taskQueue: PUBLISH_QUEUE,
    summary: summary.slice(0, 200),
    startToCloseTimeout: seconds(MINUTE),
    retry: { initialInterval: seconds(LANE_LOOKS_EVERY), backoffCoefficient: 1 },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
  return awaitClosed(input);
}

function seconds(count: number): `${number}s` {
  return `${count}s`;
}
