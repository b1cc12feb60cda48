import { join } from 'node:path';
import type { IsolationRule } from '../domain/confinement.ts';
import { type FileDirectory, type IndexAddresses, openDirectory } from './directory.ts';
import { EnvironmentReader, type LogLevel, type Variables } from './environment.ts';
import { configurationProblem } from './faults.ts';
import { secretLike } from './secret-like.ts';
import type { BucketPlace } from './store-schema.ts';

/** What every process knows. */
export interface ProcessConfig {
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** The folder that all processes share. */
  readonly state: string;
  /** In it: the artifact store and the archive, unless these are in a bucket. */
  readonly artifacts: string;
  readonly archive: string;
  readonly s3: BucketPlace | undefined;
  readonly logLevel: LogLevel;
  /** Bytes that must be free in the state folder. */
  readonly leastFree: number;
}

export interface ApiConfig extends ProcessConfig {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly directory: FileDirectory;
  /** Folders of the API's own: who is signed in, and the audit trail. */
  readonly sessions: string;
  readonly audit: string;
}

export interface WorkerConfig extends ProcessConfig {
  readonly tools: string | undefined;
  readonly workflowBundle: string | undefined;
  /** Seconds that a workflow task waits for the worker that has the workflow cached. */
  readonly stickySeconds: number;
  /** Seconds between two heartbeats at most: how soon a cancellation is noticed. */
  readonly heartbeatSeconds: number;
  /** Seconds that a stopping worker may still work on what it began; then it hands it back. */
  readonly graceSeconds: number;
  readonly indexes: IndexAddresses;
  /** Where its numbers and its health are to be had, if anywhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
}

/** Runs project code: nothing in it says where a secret is. */
export interface BuildWorkerConfig extends WorkerConfig {
  readonly concurrentGates: number;
  readonly isolation: IsolationRule;
  readonly directory: Pick<FileDirectory, 'encryption'>;
}

export interface PublishWorkerConfig extends WorkerConfig {
  readonly credentials: string;
  /** Runs that it keeps in memory; another is replayed from its history when something happens to it. */
  readonly cachedRuns: number;
  readonly directory: FileDirectory;
}

/** With these a worker stays below 512 MiB: docs/performance.md. */
export const CACHED_RUNS = 200;
const CONFIG_REMEDY = 'Write the folder that holds slipway.yaml; docs/configuration.md shows what goes in.';
const STATE_REMEDY = 'Write a folder that the API and all workers share: artifacts and the archive are kept there.';

/** Every fault of environment, slipway.yaml and all project files at once; a fault stops the start. */
export async function readApiConfig(env: Variables = process.env): Promise<ApiConfig> {
  const read = new EnvironmentReader(env);
  const shared = processConfig(read);
  const host = read.host();
  const port = read.number('SLIPWAY_PORT', { least: 0, most: 65_535, otherwise: 8080 });
  const directory = await openedDirectory(read);
  const s3 = await bucketOf(directory);
  if (read.faults.length === 0) read.faults.push(...(await directory.signingFaults()));
  return whole(read, {
    ...shared,
    s3,
    host,
    port,
    directory,
    sessions: join(shared.state, 'sessions'),
    audit: join(shared.state, 'audit'),
  });
}

export async function readBuildWorkerConfig(env: Variables = process.env): Promise<BuildWorkerConfig> {
  const read = new EnvironmentReader(env);
  for (const name of secretLike(env)) {
    const wrong = 'looks like a secret, and this process runs project code, which can read it';
    read.fault(
      name,
      wrong,
      `Start the build worker without it (env -u ${name} …): credentials are the publish worker's.`,
    );
  }
  const shared = await workerConfig(read);
  const concurrentGates = read.concurrentGates();
  const directory = await openedDirectory(read);
  const indexes = await directory.indexes().catch(() => ({}));
  const isolation = await directory.isolation().catch(() => 'required' as const); // the fault is told anyway
  return whole(read, { ...shared, s3: await bucketOf(directory), concurrentGates, indexes, isolation, directory });
}

export async function readPublishWorkerConfig(env: Variables = process.env): Promise<PublishWorkerConfig> {
  const read = new EnvironmentReader(env);
  const shared = await workerConfig(read);
  const credentials = read.folder('SLIPWAY_CREDENTIALS', 'Write the folder that holds one file for each credential.');
  const directory = await openedDirectory(read);
  const indexes = await directory.indexes().catch(() => ({}));
  const cachedRuns = read.number('SLIPWAY_CACHED_RUNS', { least: 10, most: 100_000, otherwise: CACHED_RUNS });
  return whole(read, { ...shared, s3: await bucketOf(directory), credentials, cachedRuns, directory, indexes });
}

/** Read at the start alone; a fault in the file is among the others. */
async function bucketOf(directory: FileDirectory): Promise<BucketPlace | undefined> {
  return directory.bucket().catch(() => undefined);
}

function processConfig(read: EnvironmentReader): Omit<ProcessConfig, 's3'> {
  const state = read.folder('SLIPWAY_STATE', STATE_REMEDY);
  return {
    temporal: read.temporal(),
    state,
    artifacts: join(state, 'artifacts'),
    archive: join(state, 'archive'),
    logLevel: read.logLevel(),
    leastFree: read.number('SLIPWAY_LEAST_FREE', { least: 0, most: 999_999, otherwise: 512 }) * 1024 ** 2,
  };
}

async function workerConfig(read: EnvironmentReader): Promise<Omit<WorkerConfig, 'indexes' | 's3'>> {
  return {
    ...processConfig(read),
    tools: read.optional('SLIPWAY_TOOLS'),
    workflowBundle: read.optional('SLIPWAY_WORKFLOW_BUNDLE'),
    stickySeconds: read.seconds('SLIPWAY_STICKY', 5),
    heartbeatSeconds: read.seconds('SLIPWAY_HEARTBEAT', 1),
    graceSeconds: read.seconds('SLIPWAY_GRACE', 20),
    metrics: metricsConfig(read),
  };
}

function metricsConfig(read: EnvironmentReader): WorkerConfig['metrics'] {
  if (read.optional('SLIPWAY_METRICS_PORT') === undefined) return undefined;
  const port = read.number('SLIPWAY_METRICS_PORT', { least: 0, most: 65_535, otherwise: 0 });
  return { host: read.host('SLIPWAY_METRICS_HOST'), port };
}

async function openedDirectory(read: EnvironmentReader): Promise<FileDirectory> {
  const config = read.folder('SLIPWAY_CONFIG', CONFIG_REMEDY);
  const directory = openDirectory(config, read.optional('SLIPWAY_STATE'));
  if (config !== '') read.faults.push(...(await directory.faults()));
  return directory;
}

function whole<T>(read: EnvironmentReader, config: T): T {
  if (read.faults.length > 0) throw configurationProblem(read.faults);
  return config;
}
