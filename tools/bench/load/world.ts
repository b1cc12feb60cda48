import { createPublicKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { baseEnvironment } from '../../../src/clients/command.ts';
import { newKeyPair } from '../../../src/config/signatures.ts';
import { hashToken, newToken } from '../../../src/config/tokens.ts';
import { type DevServer, startDevServer } from '../../../src/temporal/dev-server.ts';
import { freePort } from '../../../src/temporal/free-port.ts';
import { WORKER_MEMORY } from '../../../src/temporal/worker-memory.ts';
import { type Child, startChild } from './child.ts';

export const PROJECT = 'sample';
/** Who signs as tech lead, here and in what the workers freeze. */
export const SIGNER = 'tess';

export interface LoadWorld {
  readonly client: Client;
  readonly apiUrl: string;
  /** Of the signer, for the API. */
  readonly token: string;
  readonly temporal: DevServer;
  worker(what: 'runs' | 'bare'): Promise<Child>;
  close(): Promise<void>;
}

/** Temporal with its state on disk, the API as a process of its own, and workers as asked for: no sandbox, since no run here goes outside. */
export async function startLoadWorld(folder: string): Promise<LoadWorld> {
  const temporal = await startDevServer({
    databaseFile: join(folder, 'load/temporal.db'),
    logFile: join(folder, 'load/temporal.log'),
    uiPort: null,
  });
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const config = join(folder, 'load/config');
  const token = newToken();
  const publicKey = writeConfig(config, token);
  const port = await freePort();
  const env = {
    ...baseEnvironment(),
    TEMPORAL_ADDRESS: temporal.address,
    SLIPWAY_LOG: 'info',
    BENCH_PUBLIC_KEY: publicKey,
  };
  const api = await startChild(
    new URL('../../../src/server.ts', import.meta.url),
    [],
    {
      ...env,
      SLIPWAY_CONFIG: config,
      SLIPWAY_STATE: join(folder, 'load/state'),
      SLIPWAY_PORT: String(port),
    },
    join(folder, 'load/api.log'),
  );
  const apiUrl = `http://127.0.0.1:${port}`;
  await api.answers(`${apiUrl}/healthz`);
  const children = [api];
  return {
    client,
    apiUrl,
    token,
    temporal,
    async worker(what) {
      const bundle = process.env.SLIPWAY_WORKFLOW_BUNDLE ?? '';
      const child = await startChild(
        new URL('./worker.ts', import.meta.url),
        [what],
        {
          ...env,
          SLIPWAY_WORKFLOW_BUNDLE: bundle,
          ...WORKER_MEMORY,
        },
        join(folder, `load/${what}.log`),
      );
      await child.says(/"msg":"ready"/);
      children.push(child);
      return child;
    },
    async close() {
      await Promise.all(children.map((one) => one.end()));
      await connection.close();
      await temporal.end();
    },
  };
}

function writeConfig(config: string, token: string): string {
  mkdirSync(join(config, 'projects'), { recursive: true });
  const { privateKey, publicKey } = newKeyPair();
  const key = join(config, 'signing-key');
  writeFileSync(key, privateKey, { mode: 0o600 });
  const people = [{ login: SIGNER, name: 'Tess', roles: ['tech-lead'], tokens: [hashToken(token)] }];
  const service = {
    ...{ unsignedSignals: 'accept', signatures: { key, keys: { bench: publicKey } } },
    ...{ people, limits: { writes: 100_000 } },
  };
  writeFileSync(join(config, 'slipway.yaml'), stringify(service));
  const file = { project: PROJECT, repository: 'https://github.com/acme/sample.git', package: PROJECT };
  writeFileSync(join(config, `projects/${PROJECT}.yaml`), stringify(file));
  // As the service's own configuration reads it.
  const { x = '' } = createPublicKey(publicKey).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('hex');
}
