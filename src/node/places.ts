import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a node keeps what. All of it lies in one folder, which gates do not see. */
export interface NodePlaces {
  /** SLIPWAY_STATE of all its processes: artifacts, archive, audit trail, workspaces. */
  readonly root: string;
  readonly temporal: string;
  readonly temporalVersion: string;
  /** Of the API and the publish worker: slipway.yaml and project files, for people to edit. */
  readonly config: string;
  /** Of the build worker: the addresses of indexes, and nothing else. */
  readonly buildConfig: string;
  readonly credentials: string;
  /** The signing key, and the first token until it was read. */
  readonly private: string;
  readonly logs: string;
  readonly ports: string;
  readonly lock: string;
}

/** SLIPWAY_STATE, else where programs keep their state on this system: never inside a repository. */
export function nodeFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.SLIPWAY_STATE) return resolve(env.SLIPWAY_STATE);
  return join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state'), 'slipway');
}

export function nodePlaces(root: string): NodePlaces {
  return {
    root,
    temporal: join(root, 'temporal/temporal.db'),
    temporalVersion: join(root, 'temporal/version'),
    config: join(root, 'config'),
    buildConfig: join(root, 'build-config'),
    credentials: join(root, 'credentials'),
    private: join(root, 'private'),
    logs: join(root, 'logs'),
    ports: join(root, 'ports.json'),
    lock: join(root, 'lock'),
  };
}

export function makeFolders(places: NodePlaces): void {
  const { root, config, buildConfig, credentials, logs } = places;
  for (const folder of [root, join(config, 'projects'), buildConfig, credentials, places.private, logs]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}
