import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type pino from 'pino';
import { createBuildActivities } from './activities/build/index.ts';
import { caller, cancellation, heartbeats, pause } from './activities/heartbeat.ts';
import { BUILD_QUEUE, PUBLISH_QUEUE, WORKFLOW_QUEUE } from './activities/index.ts';
import { keptProjects } from './activities/kept-project.ts';
import type { ArtifactStore } from './activities/ports.ts';
import { createPublishActivities } from './activities/publish/index.ts';
import { createBuilder } from './clients/builder/builder.ts';
import { createCredentials } from './clients/credentials.ts';
import { ensureFolder, freeBytes } from './clients/disk.ts';
import { createDistributionReads } from './clients/distributions.ts';
import { createGitLocal } from './clients/git/local.ts';
import { createGitRemote } from './clients/git/remote.ts';
import { createGitHub } from './clients/github/github-client.ts';
import { createInstallations } from './clients/github/installations.ts';
import { createImageBuilder } from './clients/image-builder.ts';
import { createIndex } from './clients/index/index-client.ts';
import { createMetrics } from './clients/metrics.ts';
import { createNotices } from './clients/notices/notices.ts';
import { createRegistry } from './clients/registry/registry-client.ts';
import { openStorage } from './clients/storage.ts';
import { openWorkspaces } from './clients/workspaces.ts';
import {
  type BuildWorkerConfig,
  type PublishWorkerConfig,
  readBuildWorkerConfig,
  readPublishWorkerConfig,
  type WorkerConfig,
} from './config/service.ts';
import { Problem } from './domain/problem.ts';
import { createLog, remembering } from './observation/log.ts';
import { observeWorker, type WorkerObservation } from './observation/worker-observation.ts';
import { bundleOptions } from './temporal/bundle.ts';
import { connectWhenUp } from './temporal/connection.ts';
import { dataConverterOf } from './temporal/data-converter.ts';
import { executionsOf } from './temporal/executions.ts';

/** After its grace a stopping worker cancels what it does: so long that may take to let go. */
const LETTING_GO_SECONDS = 20;

type Options = Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>;

/** Runs project code, and holds no secret. */
async function buildWorkers(log: pino.Logger): Promise<Worker[]> {
  const config = await readBuildWorkerConfig();
  const observed = await observation(config, log);
  const tools = toolsOf(config);
  const connection = await connect(config, log);
  const { converter } = await dataConverter(config, log);
  const { files: keys } = await config.directory.encryption();
  const { store } = openStorage(config, { cancellation });
  const state = dirname(config.artifacts);
  const builder = createBuilder({
    ...{ store, tools, cancellation, isolation: config.isolation },
    cache: join(state, 'uv-cache'),
    scratch: join(state, 'workspaces', 'scratch'),
    hidden: [
      ...[state, dirname(import.meta.dirname)],
      ...[...(config.s3 ? [config.s3.credentials] : []), ...keys].map((file) => dirname(file)),
    ],
  });
  await tellHowHeld(builder, log);
  const activities = createBuildActivities({
    store,
    workspaces: await openWorkspaces(join(state, 'workspaces', 'build')),
    git: createGitLocal({ cancellation }),
    builder,
    images: createImageBuilder({ store, dockerHost: process.env.DOCKER_HOST, cancellation }),
    index: await createIndex({ addresses: config.indexes, tools, cancellation }),
  });
  const workers = [
    await worker(config, observed, connection, {
      store,
      taskQueue: BUILD_QUEUE,
      dataConverter: converter,
      activities,
      maxConcurrentActivityTaskExecutions: config.concurrentGates,
    }),
  ];
  await observed.show(connection, workers);
  return workers;
}

/** A worker that may not run project code as it could still starts: each run that comes says why it cannot go on, and what helps. */
async function tellHowHeld({ held }: ReturnType<typeof createBuilder>, log: pino.Logger): Promise<void> {
  try {
    const { isolation, limits } = await held();
    log[isolation === 'none' ? 'warn' : 'info']({ isolation, limits }, 'how project code is held here');
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.error({ code: error.code, remedy: error.remedy }, error.message);
  }
}

/** Holds the credentials, runs no project code, and the workflows as well. */
async function publishWorkers(log: pino.Logger): Promise<Worker[]> {
  const config = await readPublishWorkerConfig();
  const observed = await observation(config, log);
  const tools = toolsOf(config);
  const connection = await connect(config, log);
  const { address, namespace } = config.temporal;
  const { converter } = await dataConverter(config, log);
  const client = new Client({
    connection: await Connection.connect({ address }),
    namespace,
    dataConverter: converter,
    interceptors: { workflow: [...observed.tracing.clients] },
  });
  const storage = openStorage(config, { cancellation });
  const { store } = storage;
  const activities = createPublishActivities({
    ...storage,
    workspaces: await openWorkspaces(join(dirname(config.artifacts), 'workspaces', 'publish')),
    git: createGitLocal({ cancellation }),
    remote: createGitRemote({ cancellation }),
    index: await createIndex({ addresses: config.indexes, tools, cancellation }),
    distributions: createDistributionReads(),
    github: createGitHub({ cancellation }),
    installations: createInstallations({ cancellation }),
    notices: createNotices({ allowPrivate: () => config.directory.allowPrivateAddresses(), cancellation }),
    registry: createRegistry({ cancellation }),
    metrics: createMetrics({ cancellation }),
    credentials: remembering(
      createCredentials(config.credentials, (message) => log.warn(message)),
      secrets,
    ),
    directory: config.directory,
    executions: executionsOf(client, WORKFLOW_QUEUE),
    caller,
    pause,
  });
  const workflowBundle = config.workflowBundle
    ? { codePath: config.workflowBundle }
    : await bundleWorkflowCode(bundleOptions());
  const workers = [
    await worker(config, observed, connection, {
      store,
      taskQueue: PUBLISH_QUEUE,
      dataConverter: converter,
      activities,
    }),
    await worker(config, observed, connection, {
      store,
      taskQueue: WORKFLOW_QUEUE,
      dataConverter: converter,
      workflowBundle,
      maxCachedWorkflows: config.cachedRuns,
    }),
  ];
  await observed.show(connection, workers);
  return workers;
}

function connect({ temporal }: WorkerConfig, log: pino.Logger): Promise<NativeConnection> {
  const waiting = (cause: Error) => log.warn(`waiting for Temporal at ${temporal.address}: ${cause.message}`);
  return connectWhenUp({ address: temporal.address }, { waiting });
}

async function observation({ metrics, state, leastFree }: WorkerConfig, log: pino.Logger): Promise<WorkerObservation> {
  await ensureFolder(state);
  const troubles = async (): Promise<Record<string, string>> => {
    const free = await freeBytes(state).catch(() => undefined);
    if (free === undefined) return { disk: 'unreadable' };
    return free < leastFree ? { disk: `less than ${Math.round(leastFree / 1024 ** 2)} MiB free` } : {};
  };
  const observed = await observeWorker({ service: `slipway-${role}`, metrics, troubles, log });
  lastThings.push(observed.tracing.end);
  return observed;
}

function dataConverter({ directory, temporal }: BuildWorkerConfig | PublishWorkerConfig, log: pino.Logger) {
  const warn = (cause: unknown) => log.warn(`keys cannot be read anew, those read before count: ${String(cause)}`);
  return dataConverterOf({ namespace: temporal.namespace, read: () => directory.encryption(), warn });
}

function worker(
  config: WorkerConfig,
  { interceptors, tracing }: WorkerObservation,
  connection: NativeConnection,
  { store, ...options }: Options & { readonly store: ArtifactStore },
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: config.temporal.namespace,
    interceptors: { activity: [...interceptors.activity, heartbeats, keptProjects(store)] },
    sinks: tracing.sinks,
    maxHeartbeatThrottleInterval: `${config.heartbeatSeconds}s`,
    stickyQueueScheduleToStartTimeout: `${config.stickySeconds}s`,
    shutdownGraceTime: `${config.graceSeconds}s`,
    shutdownForceTime: `${config.graceSeconds + LETTING_GO_SECONDS}s`,
    ...options,
  });
}

function toolsOf({ tools }: WorkerConfig): string {
  if (tools !== undefined) return tools;
  throw new Problem(
    'configuration-invalid',
    'SLIPWAY_TOOLS is missing: `npm run setup` makes the folder and says where it is',
  );
}

async function untilStopped(workers: readonly Worker[], log: pino.Logger): Promise<void> {
  let asked = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      asked += 1;
      if (asked > 1) process.exit(1);
      log.info(`${signal}: finishing what is under way`);
      for (const one of workers) if (one.getState() === 'RUNNING') one.shutdown();
    });
  }
  log.info(`ready: ${workers.map((one) => one.options.taskQueue).join(', ')}`);
  await Promise.all(workers.map((one) => one.run()));
}

const role = process.argv[2];
/** What the publish worker has read of credentials: no line of the log holds it. */
const secrets = new Set<string>();
const log = createLog({ process: `worker-${role}`, level: process.env.SLIPWAY_LOG ?? 'info', secrets });
/** Done before the process ends. */
const lastThings: (() => Promise<void>)[] = [];
try {
  if (role !== 'build' && role !== 'publish')
    throw new Problem('configuration-invalid', 'say which worker: node src/worker.ts build | publish');
  await untilStopped(await (role === 'build' ? buildWorkers(log) : publishWorkers(log)), log);
  await Promise.allSettled(lastThings.map((end) => end()));
  process.exit(0);
} catch (error) {
  const problem =
    error instanceof Problem ? { code: error.code, remedy: error.remedy, faults: error.facts.faults } : {};
  log.fatal(
    { ...problem, err: error instanceof Problem ? undefined : error },
    error instanceof Error ? error.message : String(error),
  );
  process.exit(1);
}
