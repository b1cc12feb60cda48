import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { ensureSearchAttributes } from './search-attributes.ts';

/** gRPC's NOT_FOUND: a dev server answers before it has made its namespace. */
const NOT_FOUND = 5;
const THERE_WITHIN_MS = 15_000;
const LOOK_AGAIN_MS = 50;
/** start-dev forgets closed runs after a day. The archive is what lasts; this is for those who look in the Temporal UI. */
const RETENTION_DAYS = 90;

/** Makes a namespace that we run ourselves fit for runs: search attributes, and closed runs kept. */
export async function prepareNamespace(connection: Connection, namespace: string): Promise<void> {
  await onceThere(async () => {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const seconds = RETENTION_DAYS * 86_400;
    if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) < seconds) {
      const workflowExecutionRetentionTtl = { seconds: seconds as never };
      await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
    }
    await ensureSearchAttributes(connection, namespace);
  });
}

async function onceThere(act: () => Promise<void>): Promise<void> {
  for (const until = Date.now() + THERE_WITHIN_MS; ; await sleep(LOOK_AGAIN_MS)) {
    try {
      return await act();
    } catch (error) {
      if (!isGrpcServiceError(error) || Number(error.code) !== NOT_FOUND || Date.now() > until) throw error;
    }
  }
}
