import { type Client, isGrpcServiceError } from '@temporalio/client';
import { type Poller, servingAt, type WorkerLife } from '../domain/pollers.ts';

/** gRPC's own numbers: the server has no such call, or not for us. */
const NOT_TO_BE_HAD = [12, 7];
const WITHIN_MS = 2_000;
/** Kinds of task queues and of workers' states, by Temporal's numbers. */
const WORKFLOW = 1;
const ACTIVITY = 2;
const WORKER_RUNNING = 1;

export const QUEUES = { workflows: 'slipway', build: 'slipway-build', publish: 'slipway-publish' } as const;
export type Work = keyof typeof QUEUES;
export const WORKS = Object.keys(QUEUES) as Work[];

/** How many workers serve each queue. */
export type CountWorkers = () => Promise<Readonly<Record<Work, number>>>;

export function temporalWorkers({ connection, options: { namespace } }: Client): CountWorkers {
  const { workflowService } = connection;

  async function pollersOf(work: Work): Promise<Poller[]> {
    const taskQueueType = work === 'workflows' ? WORKFLOW : ACTIVITY;
    const { pollers } = await workflowService.describeTaskQueue({
      ...{ namespace, taskQueue: { name: QUEUES[work] }, taskQueueType },
    });
    return pollers.map(({ identity, lastAccessTime }) => ({
      identity: identity ?? '',
      lastSeen: timeOf(lastAccessTime),
    }));
  }

  /** Servers before 1.30 take no word of workers, and others may be told to take none. */
  async function lives(): Promise<WorkerLife[]> {
    const { workersInfo } = await workflowService.listWorkers({ namespace, pageSize: 1000 }).catch((error: unknown) => {
      if (isGrpcServiceError(error) && NOT_TO_BE_HAD.includes(Number(error.code))) return { workersInfo: [] };
      throw error;
    });
    return (workersInfo ?? []).map(({ workerHeartbeat: told }) => ({
      identity: told?.workerIdentity ?? '',
      queue: told?.taskQueue ?? '',
      lastSeen: timeOf(told?.heartbeatTime),
      stopping: Number(told?.status) !== WORKER_RUNNING,
    }));
  }

  return () =>
    connection.withDeadline(Date.now() + WITHIN_MS, async () => {
      const [workers, ...polled] = await Promise.all([lives(), ...WORKS.map(pollersOf)]);
      const now = new Date().toISOString();
      const counts = WORKS.map((work, at) => [work, servingAt(QUEUES[work], { pollers: polled[at]!, workers }, now)]);
      return Object.fromEntries(counts) as Record<Work, number>;
    });
}

function timeOf(time: { seconds?: unknown } | null | undefined): string {
  return new Date(Number(time?.seconds ?? 0) * 1000).toISOString();
}
