import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { inject } from 'vitest';
import { Journal } from '../../src/sandbox/journal.ts';
import { type Keys, keysIn } from '../../src/sandbox/keys.ts';
import { type Places, placesIn } from '../../src/sandbox/places.ts';
import { portsFrom } from '../../src/sandbox/ports.ts';
import { inSandbox, type ProjectDocument } from '../../src/sandbox/project-file.ts';
import { type SandboxRegistry, startRegistry } from '../../src/sandbox/registry.ts';
import { type Servers, startServers } from '../../src/sandbox/servers.ts';
import { writeProject, writeServiceFiles } from '../../src/sandbox/service-files.ts';
import { type Jobs, standInForWorkflows } from '../../src/sandbox/stand-ins.ts';
import { type DevServer, startDevServer } from '../../src/temporal/dev-server.ts';
import { pythonTools } from './python-tools.ts';
import { type Files, type Part, sampleProject, sampleRepository } from './release-sample.ts';
import { Service } from './service.ts';

const WAITS = { heartbeat: 5, visibleEvery: 1, reviewEvery: 1, checksEvery: 1, workflowEvery: 1 };

interface Parts {
  readonly places: Places;
  readonly keys: Keys;
  readonly journal: Journal;
  readonly servers: Servers;
  readonly registry: SandboxRegistry | undefined;
  readonly closers: (() => unknown)[];
}

export interface ProjectWish {
  readonly files?: Files;
  readonly parts?: readonly Part[];
  /** What its project file says otherwise. */
  readonly change?: Partial<ProjectDocument>;
  readonly waits?: Readonly<Record<string, number>>;
  /** What stands in for its workflows. */
  readonly jobs?: Jobs;
}

export interface ServiceWish {
  readonly env?: Readonly<Record<string, string>>;
  /** Of its own client, which reads what workers encrypt. */
  readonly converter?: (namespace: string) => Promise<DataConverter>;
}

/** The world outside and a Temporal server, all real, in this process or ended with it; journal and faults at hand. */
export class World {
  readonly places: Places;
  readonly keys: Keys;
  readonly journal: Journal;
  readonly servers: Servers;
  /** Where its program is installed. */
  readonly registry: SandboxRegistry | undefined;
  readonly #closers: (() => unknown)[];
  readonly #startTemporal: (port: number) => Promise<DevServer>;
  #temporal: DevServer;

  private constructor(parts: Parts, temporal: DevServer, startTemporal: (port: number) => Promise<DevServer>) {
    this.#startTemporal = startTemporal;
    this.places = parts.places;
    this.keys = parts.keys;
    this.journal = parts.journal;
    this.servers = parts.servers;
    this.registry = parts.registry;
    this.#closers = parts.closers;
    this.#temporal = temporal;
  }

  /** `temporal`: another server than the usual one. */
  static async open({ temporal: another }: { temporal?: () => Promise<DevServer> } = {}): Promise<World> {
    const root = mkdtempSync(join(tmpdir(), 'slipway-world-'));
    const closers: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true, maxRetries: 3 })];
    const closing = (close: () => unknown) => void closers.push(close);
    try {
      const places = placesIn(root);
      const keys = keysIn(places.keys);
      const journal = new Journal();
      const ports = await portsFrom(places.ports);
      const startTemporal = another ?? ((port: number) => startDevServer({ ...temporalIn(places), port }));
      const [servers, registry, temporal] = await Promise.all([
        startServers({ places, ports, keys, journal }, closing),
        startRegistry({ state: places.registry, users: { slipway: keys.registry }, journal, port: ports.registry }),
        startTemporal(0),
      ]);
      if (registry) closing(registry.close);
      writeServiceFiles(places, keys, servers, {});
      const world = new World({ places, keys, journal, servers, registry, closers }, temporal, startTemporal);
      closing(() => world.#temporal.end());
      return world;
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  /** A repository on the sandbox's GitHub, and its project file where the service finds it. */
  addProject(name: string, wish: ProjectWish = {}) {
    return addSample(this, name, wish);
  }

  /** What a job needs to know besides what its runner tells it. */
  get jobEnvironment() {
    return { SLIPWAY_TOOLS: pythonTools, SANDBOX_INDEX: this.servers.index.url };
  }

  /** A service of its own on the same world: its runs and workers meet no other's. `env`: what its workers are told besides. */
  service({ env = {}, converter }: ServiceWish = {}): Promise<Service> {
    const { places } = this;
    return Service.open({
      address: this.#temporal.address,
      namespace: `test-${randomUUID()}`,
      places,
      env,
      tools: pythonTools,
      workflowBundle: inject('workflowBundle'),
      ...(converter === undefined ? {} : { converter }),
      closing: (close) => void this.#closers.push(close),
    });
  }

  get temporalAddress(): string {
    return this.#temporal.address;
  }

  /** SIGKILL, and started again on its file. */
  async killTemporal(): Promise<void> {
    const { pid, exited, address } = this.#temporal;
    process.kill(-pid, 'SIGKILL');
    await exited;
    this.#temporal = await this.#startTemporal(Number(address.split(':')[1]));
  }

  close(): Promise<void> {
    return closeAll(this.#closers);
  }
}

export async function addSample(
  { servers, registry, places, keys }: Pick<World, 'servers' | 'registry' | 'places' | 'keys'>,
  name: string,
  { files, parts, change, jobs, waits }: ProjectWish = {},
) {
  const source = sampleRepository(name, files);
  const made = await servers.github.createRepository({ owner: 'acme', name, from: source.folder });
  source.dispose();
  const project = inSandbox(
    { ...sampleProject(name, parts), ...change },
    {
      repository: made.cloneUrl,
      githubApi: servers.github.apiUrl,
      osvUrl: servers.advisories.osvUrl,
      registry: registry?.host ?? { why: 'docker-registry is not installed' },
    },
    {},
  );
  const watched = change?.monitoring === undefined ? {} : { monitoring: change.monitoring };
  const file = { ...project.file, ...watched, waits: { ...WAITS, ...waits } };
  writeProject(places, keys, { ...project, file });
  const standIns = { owner: 'acme', name, tools: pythonTools, ...(jobs ? { jobs } : {}) };
  standInForWorkflows(servers, project, standIns);
  return made;
}

function temporalIn({ temporal, logs }: Places) {
  return { databaseFile: temporal, logFile: join(logs, 'temporal.log'), uiPort: null, timeSkipping: true };
}

async function closeAll(closers: (() => unknown)[]): Promise<void> {
  while (closers.length > 0) await closers.pop()?.();
}
