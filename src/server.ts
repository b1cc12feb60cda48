import { serve } from '@hono/node-server';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { createApi } from './api/app.ts';
import { ensureSchedules } from './api/ensure-schedules.ts';
import { signerWith } from './api/signing.ts';
import { temporalRuns } from './api/temporal-runs.ts';
import { temporalSchedules } from './api/temporal-schedules.ts';
import { temporalWorkers } from './api/temporal-workers.ts';
import { createAuditTrail } from './clients/audit-trail.ts';
import { ensureFolder, freeBytes } from './clients/disk.ts';
import { createIdentityProvider } from './clients/identity-provider.ts';
import { createSessionStore } from './clients/sessions.ts';
import { openStorage } from './clients/storage.ts';
import { type ApiConfig, readApiConfig } from './config/service.ts';
import { createPages } from './dashboard/pages.ts';
import { Problem } from './domain/problem.ts';
import { createApiMeasures } from './observation/api-measures.ts';
import { createLog } from './observation/log.ts';
import { startTracing } from './observation/tracing.ts';
import { dataConverterOf } from './temporal/data-converter.ts';
import { ensureSearchAttributes } from './temporal/search-attributes.ts';

const CONNECT_WITHIN = '10s';
/** What a stopping API may still answer. */
const STOP_WITHIN_MS = 5_000;

/** Nothing says where anything is: then this machine alone is the service. */
async function main(): Promise<void> {
  const { TEMPORAL_ADDRESS, SLIPWAY_CONFIG, SLIPWAY_CREDENTIALS } = process.env;
  if (TEMPORAL_ADDRESS || SLIPWAY_CONFIG || SLIPWAY_CREDENTIALS) return serveApi();
  const { runNode } = await import('./node/main.ts');
  process.exit(await runNode());
}

/** The API as a process: TEMPORAL_ADDRESS says where the runs are, SLIPWAY_CONFIG who and what there is. */
async function serveApi(): Promise<void> {
  const config = await readApiConfig();
  const log = createLog({ process: 'api', level: config.logLevel, to: pino.destination({ fd: 2, sync: true }) });
  const connection = await connect(config);
  const { namespace } = config.temporal;
  await ensureSearchAttributes(connection, namespace);

  await ensureFolder(config.state);
  const { codec, converter } = await dataConverterOf({
    namespace,
    read: () => config.directory.encryption(),
    warn: (err) => log.warn({ err }, 'keys cannot be read anew, those read before count'),
  });
  const signer = signerWith(() => config.directory.signingKey());
  const { store, archive } = openStorage(config);
  const tracing = await startTracing('slipway-api');
  const client = new Client({
    connection,
    namespace,
    dataConverter: converter,
    interceptors: { workflow: [...tracing.clients] },
  });
  const { directory } = config;
  const schedules = temporalSchedules(client, { signer, signatures: () => directory.signatures() });
  const api = createApi({
    runs: temporalRuns(client, { signer }),
    schedules,
    directory,
    payloads: { namespace, decode: codec.decode },
    workers: temporalWorkers(client),
    disk: { free: () => freeBytes(config.state), least: config.leastFree },
    measures: createApiMeasures(),
    around: tracing.http,
    archive,
    artifacts: store,
    audit: createAuditTrail(config.audit),
    identity: createIdentityProvider(),
    sessions: createSessionStore(config.sessions),
    log,
    pages: createPages,
  });
  const server = serve({ fetch: api.app.fetch, hostname: config.host, port: config.port }, ({ address, port }) => {
    const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
    log.info({ url, temporal: config.temporal }, 'the API listens');
    process.stdout.write(`${url}\n`);
    process.send?.({ url });
  });
  server.once('error', fail);
  ensureSchedules({ directory, schedules, log }).catch((err: unknown) =>
    log.error({ err }, 'no schedule was looked at'),
  );

  const stop = (signal: string) => {
    log.info({ signal }, 'the API stops');
    api.close();
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    // The connection is not closed first: a call that the SDK is about to repeat would throw.
    server.close(() => void tracing.end().finally(() => process.exit(0)));
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
}

async function connect({ temporal }: ApiConfig): Promise<Connection> {
  return Connection.connect({ address: temporal.address, connectTimeout: CONNECT_WITHIN }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem('configuration-invalid', `no Temporal server answers at ${temporal.address} (${why})`, {
      faults: [`environment: TEMPORAL_ADDRESS is ${temporal.address}. Start the server there, or correct the address.`],
    });
  });
}

function fail(error: unknown): void {
  if (error instanceof Problem) {
    const lines = [
      `slipway: ${error.message}`,
      ...(error.facts.faults ?? []).map((fault) => `  ${fault}`),
      error.remedy,
    ];
    process.stderr.write(`${lines.join('\n')}\n`);
  } else {
    process.stderr.write(`slipway: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
  process.exit(1);
}

main().catch(fail);
