import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { baseEnvironment, run } from '../clients/command.ts';
import { ownerAndName } from '../config/address.ts';
import type { Role } from '../domain/project.ts';
import { type DevServer, startDevServer } from '../temporal/dev-server.ts';
import type { Github } from './github/start.ts';
import { Journal } from './journal.ts';
import { type Keys, keysIn } from './keys.ts';
import { lockState } from './lock.ts';
import { PEOPLE } from './people.ts';
import { type Places, placesIn } from './places.ts';
import { portsFrom } from './ports.ts';
import { inSandbox, type ProjectDocument, type SandboxProject } from './project-file.ts';
import { type Containers, type Servers, startContainers, startServers } from './servers.ts';
import { type Service, serviceIsUp, startService } from './service.ts';
import { addressesOf, writeProject, writeServiceFiles } from './service-files.ts';
import { standInForWorkflows } from './stand-ins.ts';

export interface SandboxOptions<T> {
  /** The folder that holds everything; started on it again, a sandbox goes on. */
  readonly state: string;
  /** bin folder of the Python tools (SLIPWAY_TOOLS). */
  readonly tools: string;
  readonly workflowBundle?: string | undefined;
  /** Shared between sandboxes: what uv has downloaded and built. */
  readonly cache?: string | undefined;
  /** Fills the sandbox's GitHub while the rest starts. */
  readonly seed: (seeding: Seeding) => Promise<T>;
  /** What people should know: how far the start is, what went wrong later. */
  readonly tell?: (line: string) => void;
}

export interface Seeding {
  readonly github: Github;
  readonly keys: Keys;
  readonly scratch: string;
}

type Close = () => unknown;

export interface Addresses {
  readonly api: string;
  readonly temporal: string;
  readonly temporalUi: string;
  readonly github: string;
  readonly githubApi: string;
  readonly index: string;
  readonly testIndex: string;
  readonly advisories: string;
  readonly registry?: string;
}

export interface Sandbox {
  readonly places: Places;
  readonly addresses: Addresses;
  /** By login; tokens are for the API, GitHub and the index's pages. */
  readonly people: Readonly<Record<string, ReportedPerson>>;
  readonly keys: Keys;
  readonly journal: Journal;
  readonly servers: Servers;
  readonly containers: Containers;
  readonly temporal: DevServer;
  readonly service: Service;
  /** Its version on this machine, such as 3.11. */
  readonly python: string;
  /** Makes a project known to the service, its ways out led to the sandbox. `leftOut`: gates that have no counterpart here, and why. */
  addProject(
    given: ProjectDocument,
    repository: string,
    leftOut?: Readonly<Record<string, string>>,
  ): Promise<SandboxProject>;
  close(): Promise<void>;
}

export interface ReportedPerson {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly token: string;
  readonly githubToken: string;
  readonly indexPassword: string;
}

/** A world of real parts on this machine alone: everything is started at once, and ends with us. */
export async function startSandbox<T>(options: SandboxOptions<T>): Promise<Sandbox & { readonly seeded: T }> {
  const { tools, workflowBundle, cache, tell = () => {} } = options;
  const places = placesIn(options.state);
  const unlock = lockState(places.lock);
  // What asks ends before what it asks: processes, then Temporal and the world outside.
  const closers = { service: [] as Close[], world: [] as Close[] };
  let closed = false;
  // What comes up after another part has failed ends at once.
  const closing = (close: Close, group: Close[] = closers.world) => void (closed ? close() : group.push(close));
  const close = async () => {
    closed = true;
    for (const group of [closers.service, closers.world]) await Promise.all(group.splice(0).map((one) => one()));
    unlock();
  };
  try {
    if (cache !== undefined) shareCache(places, cache);
    const keys = keysIn(places.keys);
    const ports = await portsFrom(places.ports);
    const journal = new Journal(places.changes);
    const plan = { places, ports, keys, journal, tools };

    const containersUp = startContainers(plan, closing);
    const temporalUp = startDevServer({
      databaseFile: places.temporal,
      logFile: join(places.logs, 'temporal.log'),
      port: ports.temporal,
      uiPort: ports.temporalUi,
    });
    temporalUp.then(({ end }) => closing(end)).catch(() => {}); // seen below
    const servers = await startServers(plan, closing);
    writeServiceFiles(places, keys, { ...servers, apiPort: ports.api, temporalUiPort: ports.temporalUi }, {});
    const seeding = options.seed({ github: servers.github, keys, scratch: places.scratch });
    seeding.catch(() => {}); // seen below
    const service = await startService(
      {
        ...{ places, ports, tools, workflowBundle, tell },
        temporal: temporalUp,
        dockerHost: containersUp.then(({ dockerHost }) => dockerHost),
      },
      (close) => closing(close, closers.service),
    );
    const [containers, temporal, python, seeded] = await Promise.all([
      containersUp,
      temporalUp,
      pythonVersion(tools),
      seeding,
      serviceIsUp(service),
    ]);
    return {
      ...{ places, keys, journal, servers, containers, temporal, service, python, seeded, close },
      addresses: addressesOfParts({ servers, containers, temporal, service }),
      people: reportedPeople(keys),
      async addProject(given, repository, leftOut = {}) {
        const registry =
          containers.why === undefined && containers.registry
            ? containers.registry.host
            : { why: containers.why ?? '' };
        const around = { repository, githubApi: servers.github.apiUrl, osvUrl: servers.advisories.osvUrl, registry };
        const project = inSandbox(given, around, leftOut);
        const indexes = Object.entries(project.indexes).map(([name, server]) => [name, addressesOf(servers[server])]);
        writeServiceFiles(
          places,
          keys,
          { ...servers, apiPort: ports.api, temporalUiPort: ports.temporalUi },
          Object.fromEntries(indexes),
        );
        writeProject(places, keys, project);
        const { owner, name } = ownerAndName(repository) as { owner: string; name: string };
        standInForWorkflows(servers, project, { owner, name, tools });
        const hook = { url: `${service.apiUrl}/hooks/github`, secret: keys.webhook };
        await servers.github.addWebhook(owner, name, hook);
        return project;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Downloads and built wheels outlast a sandbox, so that the next one starts in seconds. */
function shareCache({ service }: Places, cache: string): void {
  // The build worker's two: of installs and builds, and of the wheels that its base environments are made of.
  for (const [name, kept] of [
    ['uv-cache', 'uv'],
    ['uv-cache-of-bases', 'uv-of-bases'],
  ] as const) {
    const link = join(service, name);
    mkdirSync(join(cache, kept), { recursive: true });
    if (!existsSync(link)) symlinkSync(resolve(cache, kept), link);
  }
}

async function pythonVersion(tools: string): Promise<string> {
  const ask = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const end = await run(join(tools, 'python'), ['-I', '-c', ask], {
    cwd: tools,
    env: baseEnvironment(),
    timeoutSeconds: 30,
  });
  return end.stdout.trim();
}

function addressesOfParts(parts: Pick<Sandbox, 'servers' | 'containers' | 'temporal' | 'service'>): Addresses {
  const { servers, containers, temporal, service } = parts;
  return {
    api: service.apiUrl,
    temporal: temporal.address,
    temporalUi: temporal.uiAddress ?? '',
    github: servers.github.url,
    githubApi: servers.github.apiUrl,
    index: servers.index.url,
    testIndex: servers.testIndex.url,
    advisories: servers.advisories.url,
    ...(containers.registry === undefined ? {} : { registry: containers.registry.url }),
  };
}

function reportedPeople(keys: Keys): Sandbox['people'] {
  return Object.fromEntries(
    PEOPLE.map(({ login, name, roles }) => {
      const { token = '', githubToken = '', password = '' } = keys.people[login] ?? {};
      return [login, { name, roles, token, githubToken, indexPassword: password }];
    }),
  );
}
