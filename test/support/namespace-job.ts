import { join } from 'node:path';
import { temporalExecutable } from '../../src/temporal/executable.ts';
import { output } from './image/command.ts';
import { root } from './imports.ts';

/** The job that compose runs once the server is up. */
export async function namespaceJob(address: string, namespace: string): Promise<void> {
  const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, RETENTION: '2160h' };
  const job = join(root, 'deploy/temporal/namespace.sh');
  await output('sh', [job], { env: { ...env, TEMPORAL_CLI: temporalExecutable() } });
}
