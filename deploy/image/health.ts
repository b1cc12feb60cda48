import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { BUILD_QUEUE, PUBLISH_QUEUE, WORKFLOW_QUEUE } from '../../src/activities/index.ts';

/** A poll lasts about a minute: one that is older is nobody's any more. */
const POLLED_WITHIN_MS = 120_000;
const ANSWER_WITHIN_MS = 8_000;
const ACTIVITIES = 2;
const WORKFLOWS = 1;

/** node health.ts api | build | publish: exit 0 where this container does its work, else 1 and why. */
const [, , role = ''] = process.argv;
const why = role === 'api' ? await apiObstacle() : await workerObstacle(role);
if (why !== undefined) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
process.exit(0);

async function apiObstacle(): Promise<string | undefined> {
  const { SLIPWAY_HOST: host = '127.0.0.1', SLIPWAY_PORT: port = '8080' } = process.env;
  const own = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  try {
    const answer = await fetch(`http://${own}:${port}/readyz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return answer.ok ? undefined : await answer.text();
  } catch (error) {
    return `the API does not answer: ${(error as Error).message}`;
  }
}

/** Temporal knows who polls: a worker that lives and polls nothing does no work. */
async function workerObstacle(role: string): Promise<string | undefined> {
  const polled = {
    build: [[BUILD_QUEUE, ACTIVITIES]],
    publish: [
      [PUBLISH_QUEUE, ACTIVITIES],
      [WORKFLOW_QUEUE, WORKFLOWS],
    ],
  }[role] as [string, number][] | undefined;
  if (polled === undefined) return 'say which: node health.ts api | build | publish';
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = 'default' } = process.env;
  try {
    const connection = await Connection.connect({ address, connectTimeout: ANSWER_WITHIN_MS });
    for (const [name, taskQueueType] of polled) {
      const { pollers } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name },
        taskQueueType,
      });
      if (!pollers.some(isOurs)) return `nobody here polls ${name}`;
    }
    return undefined;
  } catch (error) {
    return `Temporal at ${address} does not answer: ${(error as Error).message}`;
  }
}

function isOurs(poller: { identity?: string | null; lastAccessTime?: { seconds?: unknown } | null }): boolean {
  const last = Number(poller.lastAccessTime?.seconds ?? 0) * 1000;
  return poller.identity?.endsWith(`@${hostname()}`) === true && Date.now() - last < POLLED_WITHIN_MS;
}
