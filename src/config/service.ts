import { join } from 'node:path';
import type { IsolationRule } from '../domain/confinement.ts';
import { type FileDirectory, type IndexAddresses, openDirectory } from './directory.ts';
import { EnvironmentReader, type LogLevel, type Variables } from './environment.ts';
import { configurationProblem } from './faults.ts';
import { secretLike } from './secret-like.ts';

/** What every process knows. */
export interface ProcessConfig {
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** The folder that all processes share. */
  readonly state: string;
  /** In it: the artifact store and the archive. */
  readonly artifacts: string;
  readonly archive: string;
  readonly logLevel: LogLevel;
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
  readonly indexes: IndexAddresses;
}

/** Runs project code: nothing in it says where a secret is. */
export interface BuildWorkerConfig extends WorkerConfig {
  readonly concurrentGates: number;
  readonly isolation: IsolationRule;
  readonly directory: Pick<FileDirectory, 'encryption'>;
}

export interface PublishWorkerConfig extends WorkerConfig {
  readonly credentials: string;
  readonly directory: FileDirectory;
}

const CONFIG_REMEDY = 'Write the folder that holds slipway.yaml; docs/configuration.md shows what goes in.';
const STATE_REMEDY = 'Write a folder that the API and all workers share: artifacts and the archive are kept there.';

/** Every fault of environment, slipway.yaml and all project files at once; a fault stops the start. */
export async function readApiConfig(env: Variables = process.env): Promise<ApiConfig> {
  const read = new EnvironmentReader(env);
  const shared = processConfig(read);
  const host = read.host();
  const port = read.number('SLIPWAY_PORT', { least: 0, most: 65_535, otherwise: 8080 });
  const directory = await openedDirectory(read);
  if (read.faults.length === 0) read.faults.push(...(await directory.signingFaults()));
  return whole(read, {
    ...shared,
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
  return whole(read, { ...shared, concurrentGates, indexes, isolation, directory });
}

export async function readPublishWorkerConfig(env: Variables = process.env): Promise<PublishWorkerConfig> {
  const read = new EnvironmentReader(env);
  const shared = await workerConfig(read);
  const credentials = read.folder('SLIPWAY_CREDENTIALS', 'Write the folder that holds one file for each credential.');
  const directory = await openedDirectory(read);
  const indexes = await directory.indexes().catch(() => ({}));
  return whole(read, { ...shared, credentials, directory, indexes });
}

function processConfig(read: EnvironmentReader): ProcessConfig {
  const state = read.folder('SLIPWAY_STATE', STATE_REMEDY);
  return {
    temporal: read.temporal(),
    state,
    artifacts: join(state, 'artifacts'),
    archive: join(state, 'archive'),
    logLevel: read.logLevel(),
  };
}

async function workerConfig(read: EnvironmentReader): Promise<Omit<WorkerConfig, 'indexes'>> {
  return {
    ...processConfig(read),
    tools: read.optional('SLIPWAY_TOOLS'),
    workflowBundle: read.optional('SLIPWAY_WORKFLOW_BUNDLE'),
    stickySeconds: read.seconds('SLIPWAY_STICKY', 5),
    heartbeatSeconds: read.seconds('SLIPWAY_HEARTBEAT', 1),
  };
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
