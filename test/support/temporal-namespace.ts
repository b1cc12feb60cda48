import type { Connection } from '@temporalio/client';
import { prepareNamespace } from '../../src/temporal/namespace.ts';

export async function registerNamespace(connection: Connection, namespace: string): Promise<void> {
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await prepareNamespace(connection, namespace);
}

/** The server can, the SDK has no option for it yet: said in each start request that goes over this connection. */
export function skipEveryWait({ workflowService }: Connection): void {
  const start = workflowService.startWorkflowExecution.bind(workflowService);
  workflowService.startWorkflowExecution = ((request: object, ...rest: []) =>
    start({ ...request, timeSkippingConfig: { enabled: true } }, ...rest)) as typeof start;
}
