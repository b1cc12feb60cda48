import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PublishActivities, ReleaseContext } from '../../src/activities/index.ts';
import type { Archive, ArtifactStore, Executions, Started } from '../../src/activities/ports.ts';
import { createPublishActivities } from '../../src/activities/publish/index.ts';
import { createArchive } from '../../src/clients/archive.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createCredentials } from '../../src/clients/credentials.ts';
import { createGitLocal } from '../../src/clients/git/local.ts';
import { createGitRemote } from '../../src/clients/git/remote.ts';
import { createGitHub } from '../../src/clients/github/github-client.ts';
import { createInstallations } from '../../src/clients/github/installations.ts';
import { createIndex } from '../../src/clients/index/index-client.ts';
import { createRegistry } from '../../src/clients/registry/registry-client.ts';
import { openWorkspaces } from '../../src/clients/workspaces.ts';
import type { Claim } from '../../src/domain/lane.ts';
import type { Project } from '../../src/domain/project.ts';
import { Journal } from '../../src/sandbox/journal.ts';
import { type Keys, keysIn } from '../../src/sandbox/keys.ts';
import { type Places, placesIn } from '../../src/sandbox/places.ts';
import { portsFrom } from '../../src/sandbox/ports.ts';
import { type SandboxRegistry, startRegistry } from '../../src/sandbox/registry.ts';
import { type Servers, startServers } from '../../src/sandbox/servers.ts';
import { addressesOf } from '../../src/sandbox/service-files.ts';
import { Browser } from './browser.ts';
import { sdist, wheel } from './distribution.ts';
import { pythonTools } from './python-tools.ts';
import { project } from './release-activities.ts';
import type { ScratchRepository } from './scratch-repository.ts';

/** What Temporal answers, as far as a test says it. */
export class FakeExecutions implements Executions {
  readonly open = new Set<string>();
  readonly namespace = 'default';
  readonly starts: object[] = [];
  started = async (id: string, runId = ''): Promise<Started> => ({
    ...{ type: id.split(':')[0]!, taskQueue: 'slipway', firstRunId: runId, request: {} },
  });
  closed = async (id: string) => !this.open.has(id);
  state = async (id: string, runId = '') => ({ id, runId });
  claimVersion = async (_: string, claim: Claim) => claim;
  giveUpVersion = async () => undefined;
  signalLane = async () => undefined;
  start = async (start: { workflowId: string }) => {
    if (this.open.has(start.workflowId)) return 'open' as const;
    this.open.add(start.workflowId);
    this.starts.push(start);
    return 'started' as const;
  };
}

interface Parts {
  readonly places: Places;
  readonly keys: Keys;
  readonly servers: Servers;
  readonly registry: SandboxRegistry | undefined;
  readonly journal: Journal;
  readonly closers: (() => unknown)[];
}

/** The publish worker's activities on the sandbox's real servers, without a worker and without Temporal. */
export class Rehearsed {
  readonly #parts: Parts;
  readonly activities: PublishActivities;
  readonly archive: Archive;
  readonly store: ArtifactStore;
  readonly executions = new FakeExecutions();

  private constructor(parts: Parts, made: { archive: Archive; store: ArtifactStore }, rest: object) {
    this.#parts = parts;
    this.archive = made.archive;
    this.store = made.store;
    this.activities = createPublishActivities({ ...made, ...rest, executions: this.executions } as never);
  }

  static async open(): Promise<Rehearsed> {
    const root = mkdtempSync(join(tmpdir(), 'slipway-rehearsed-'));
    const closers: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true, maxRetries: 3 })];
    const places = placesIn(root);
    const [keys, journal, ports] = [keysIn(places.keys), new Journal(), await portsFrom(places.ports)];
    const servers = await startServers({ places, ports, keys, journal }, (close) => void closers.push(close));
    const registry = await startRegistry({
      ...{ state: places.registry, users: { slipway: keys.registry }, journal, port: ports.registry },
    });
    if (registry) closers.push(registry.close);
    mkdirSync(places.credentials, { recursive: true });
    for (const [name, secret] of [
      ['PYPI_TOKEN', keys.index],
      ['GITHUB_TOKEN', keys.github],
      ['REGISTRY_TOKEN', `slipway:${keys.registry}`],
      ['APP_KEY', keys.app.privateKey.trim()],
    ] as const)
      writeFileSync(join(places.credentials, name), `${secret}\n`, { mode: 0o600 });
    const addresses = { pypi: addressesOf(servers.index), testpypi: addressesOf(servers.testIndex) };
    const made = {
      archive: createArchive(join(root, 'archive')),
      store: createArtifactStore(join(root, 'artifacts')),
    };
    return new Rehearsed({ places, keys, servers, registry, journal, closers }, made, {
      workspaces: await openWorkspaces(join(root, 'workspaces')),
      git: createGitLocal(),
      remote: asMachine(createGitRemote(), keys.github),
      index: await createIndex({ addresses, tools: pythonTools }),
      github: createGitHub(),
      installations: createInstallations(),
      registry: createRegistry(),
      credentials: createCredentials(places.credentials),
      directory: { signatures: async () => ({ unsignedSignals: 'accept', keys: {} }), url: async () => undefined },
      pause: async () => undefined,
    });
  }

  get servers(): Servers {
    return this.#parts.servers;
  }

  credential(name: string, secret: string): void {
    writeFileSync(join(this.#parts.places.credentials, name), secret, { mode: 0o600 });
  }

  get keys(): Keys {
    return this.#parts.keys;
  }

  get registry(): SandboxRegistry | undefined {
    return this.#parts.registry;
  }

  /** A repository on the sandbox's GitHub, and the project that a run of it has frozen. */
  async project(
    name: string,
    source: ScratchRepository,
    { more = '', github = true, immutable = false }: { more?: string; github?: boolean; immutable?: boolean } = {},
  ): Promise<Project> {
    const { github: server } = this.servers;
    const from = { owner: 'acme', name, from: source.folder };
    const made = await server.createRepository({ ...from, ...(immutable ? { immutableReleases: true } : {}) });
    source.dispose();
    const hosted = github ? `{ credential: GITHUB_TOKEN, apiUrl: "${server.apiUrl}" }` : 'null';
    const named = project(`changelog: CHANGELOG.md\n${more}`);
    const { publish } = project(`publish: { github: ${hosted} }\n`);
    return {
      ...named,
      ...{ project: name, package: name, title: name, repository: made.cloneUrl },
      publish: { ...named.publish, github: publish.github },
    };
  }

  /** What anybody would do by `twine upload`. */
  async upload(name: string, version: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-files-'));
    for (const { file, filename } of [wheel(folder, { name, version }), await sdist(folder, { name, version })]) {
      const content = readFileSync(file);
      const form = new FormData();
      const isWheel = filename.endsWith('.whl');
      for (const [key, value] of Object.entries({
        ...{ ':action': 'file_upload', protocol_version: '1', metadata_version: '2.1', name, version },
        ...{ filetype: isWheel ? 'bdist_wheel' : 'sdist', pyversion: isWheel ? 'py3' : 'source' },
        sha256_digest: createHash('sha256').update(content).digest('hex'),
      }))
        form.append(key, value);
      form.append('content', new File([content], filename));
      const authorization = `Basic ${Buffer.from(`__token__:${this.keys.index}`).toString('base64')}`;
      const { index } = this.servers;
      const answer = await fetch(index.uploadUrl, { method: 'POST', body: form, headers: { authorization } });
      if (!answer.ok) throw new Error(`${filename}: ${answer.status} ${answer.statusText}`);
    }
    rmSync(folder, { recursive: true });
  }

  /** The owner at the index's pages. */
  async owner(name: string): Promise<Browser> {
    const rita = new Browser(this.servers.index.url, name);
    await rita.logIn('rita', this.keys.people.rita!.password);
    return rita;
  }

  async github<T>(name: string, path: string, method = 'GET', body?: object): Promise<T> {
    const answer = await fetch(`${this.servers.github.apiUrl}/repos/acme/${name}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.keys.github}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** How often something was changed outside. */
  changes(): number {
    return this.#parts.journal.changes().length;
  }

  async close(): Promise<void> {
    const { closers } = this.#parts;
    while (closers.length > 0) await closers.pop()?.();
  }
}

export function contextOf(frozen: Project, more: Partial<ReleaseContext> = {}): ReleaseContext {
  const version = more.version ?? '1.1.0';
  return {
    id: `rollback:${frozen.project}:${version}`,
    ...{ project: frozen, version, procedure: { kind: 'rollback', reason: 'loses data' }, startedBy: 'rita' },
    ...{ time: 1_770_000_000, ...more },
  };
}

/** A project without a GitHub is pushed to by the machine's own right (an ssh key), which here is a token as well. */
function asMachine(remote: ReturnType<typeof createGitRemote>, token: string): ReturnType<typeof createGitRemote> {
  return {
    refs: (access, patterns) => remote.refs({ token, ...access }, patterns),
    fetch: (access, folder, refs) => remote.fetch({ token, ...access }, folder, refs),
    push: (access, folder, updates) => remote.push({ token, ...access }, folder, updates),
  };
}
