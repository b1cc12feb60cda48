import { randomUUID } from 'node:crypto';
import { Client, Connection, isGrpcCancelledError, isGrpcDeadlineError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { inject } from 'vitest';
import {
  BUILD_QUEUE,
  type BuildActivities,
  PUBLISH_QUEUE,
  type PublishActivities,
  WORKFLOW_QUEUE,
} from '../../src/activities/index.ts';
import { registerNamespace, skipEveryWait } from './temporal-namespace.ts';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const FORWARDED_WITHIN_MS = 45_000;
/** One look: on a busy machine a poll was seen to run out although the time had passed, so it is made again. */
const POLLED_MS = 3_000;

export interface HarnessOptions {
  build?: Partial<BuildActivities>;
  publish?: Partial<PublishActivities>;
  interceptors?: WorkerOptions['interceptors'];
  /** How payloads are written, by the namespace. */
  converter?: (namespace: string) => Promise<DataConverter>;
}

export type Harness = Awaited<ReturnType<typeof harness>>;

/**
 * Workflows on the real server with these activities, in a namespace of their own: task queues have fixed names, so test
 * files would take each other's work. One harness a file is enough.
 */
export async function harness({ build = {}, publish = {}, interceptors, converter }: HarnessOptions = {}) {
  const address = inject('temporalAddress');
  const namespace = `test-${randomUUID()}`;
  const [connection, skipping, native] = await Promise.all([
    Connection.connect({ address }),
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ]);
  await registerNamespace(connection, namespace);
  const converting = converter === undefined ? {} : { dataConverter: await converter(namespace) };
  skipEveryWait(skipping);

  const worker = (options: Pick<WorkerOptions, 'taskQueue' | 'activities' | 'workflowBundle'>) =>
    Worker.create({
      connection: native,
      namespace,
      maxHeartbeatThrottleInterval: '200ms',
      stickyQueueScheduleToStartTimeout: '1s',
      shutdownForceTime: '2s',
      ...(interceptors ? { interceptors } : {}),
      ...converting,
      ...options,
    });
  const startWorkers = async () => {
    const workers = await Promise.all([
      worker({ taskQueue: WORKFLOW_QUEUE, workflowBundle: { codePath: inject('workflowBundle') } }),
      ...[
        { taskQueue: BUILD_QUEUE, activities: build },
        { taskQueue: PUBLISH_QUEUE, activities: publish },
      ]
        .filter(({ activities }) => Object.keys(activities).length > 0)
        .map(worker),
    ]);
    return { workers, running: Promise.all(workers.map((one) => one.run())) };
  };
  const stopWorkers = async () => {
    for (const one of current.workers) one.shutdown();
    await current.running;
  };
  let current = await startWorkers();

  return {
    address,
    namespace,
    connection,
    native,
    client: new Client({ connection, namespace, ...converting }),
    /** Sees what Temporal keeps, as it keeps it. */
    rawClient: new Client({ connection, namespace }),
    /** Runs started by this client skip over every wait: timers, retry intervals, days of polling. */
    skippingClient: new Client({ connection: skipping, namespace, ...converting }),

    /**
     * Lets so much time pass for a run, at once; returns when its timers that were due have fired. A retry that waits for
     * its interval comes right away, however far off it was: the server's own shortcut.
     */
    async fastForward(workflowId: string, seconds: number): Promise<void> {
      const execution = { namespace, workflowExecution: { workflowId } };
      const id = randomUUID();
      const { workflowService } = connection;
      await workflowService.updateWorkflowExecutionOptions({
        ...execution,
        workflowExecutionOptions: {
          timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: { seconds: seconds as never } } },
        },
        updateMask: { paths: ['time_skipping_config'] },
      });
      for (const end = Date.now() + FORWARDED_WITHIN_MS; ; ) {
        try {
          await connection.withDeadline(Date.now() + POLLED_MS, () =>
            workflowService.pollWorkflowExecutionTimeSkipping({ ...execution, fastForwardId: id }),
          );
          return;
        } catch (error) {
          const ranOut = isGrpcDeadlineError(error) || isGrpcCancelledError(error); // whichever side notices first
          if (!ranOut || Date.now() > end) throw error;
        }
      }
    },

    /** As after a deployment: nothing in memory is left, every run is replayed from its history. */
    async restartWorkers(): Promise<void> {
      await stopWorkers();
      current = await startWorkers();
    },

    async close(): Promise<void> {
      await stopWorkers();
      await Promise.all([connection.close(), skipping.close(), native.close()]);
    },
  };
}
