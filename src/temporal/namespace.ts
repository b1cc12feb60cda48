import type { Connection } from '@temporalio/client';
import { GRPC, onceCaughtUp } from './catching-up.ts';
import { ensureSearchAttributes } from './search-attributes.ts';

/** start-dev forgets closed runs after a day. The archive is what lasts; this is for those who look in the Temporal UI. */
const RETENTION_DAYS = 90;

/** Makes a namespace that we run ourselves fit for runs: search attributes, and closed runs kept. */
export async function prepareNamespace(connection: Connection, namespace: string): Promise<void> {
  // A dev server answers before it has made its namespace.
  const { config } = await onceCaughtUp(() => connection.workflowService.describeNamespace({ namespace }), {
    code: GRPC.NOT_FOUND,
    otherwise: `The Temporal server has no namespace ${namespace}.`,
  });
  const seconds = RETENTION_DAYS * 86_400;
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) < seconds) {
    const workflowExecutionRetentionTtl = { seconds: seconds as never };
    await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
  }
  await ensureSearchAttributes(connection, namespace);
}
