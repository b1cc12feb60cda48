import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where a sandbox keeps what. Secrets lie apart from everything that a build worker is told of. */
export interface Places {
  readonly root: string;
  readonly logs: string;
  readonly keys: string;
  readonly ports: string;
  readonly lock: string;
  readonly changes: string;
  readonly temporal: string;
  readonly index: string;
  readonly testIndex: string;
  readonly github: string;
  readonly registry: string;
  readonly docker: string;
  /** SLIPWAY_CONFIG of the API and the publish worker, and of the build worker, which needs no more than the indexes' addresses. */
  readonly config: string;
  readonly buildConfig: string;
  readonly credentials: string;
  /** SLIPWAY_STATE: artifacts and archive. */
  readonly service: string;
  readonly scratch: string;
  readonly report: string;
}

export function placesIn(folder: string): Places {
  const root = resolve(folder);
  const places: Places = {
    root,
    logs: join(root, 'logs'),
    keys: join(root, 'private/keys.json'),
    ports: join(root, 'ports.json'),
    lock: join(root, 'running.pid'),
    changes: join(root, 'changes.jsonl'),
    temporal: join(root, 'temporal/temporal.db'),
    index: join(root, 'index'),
    testIndex: join(root, 'test-index'),
    github: join(root, 'github'),
    registry: join(root, 'registry'),
    docker: join(root, 'docker'),
    config: join(root, 'config'),
    buildConfig: join(root, 'build-config'),
    credentials: join(root, 'private/credentials'),
    service: join(root, 'service'),
    scratch: join(root, 'scratch'),
    report: join(root, 'report.json'),
  };
  mkdirSync(join(root, 'private'), { recursive: true, mode: 0o700 });
  for (const folder of [places.logs, places.credentials, join(places.config, 'projects'), places.buildConfig]) {
    mkdirSync(folder, { recursive: true });
  }
  for (const folder of [places.service, places.scratch]) mkdirSync(folder, { recursive: true });
  return places;
}
