import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { ApiProblem, type Run, type SlipwayClient, slipwayClient, Unreachable } from '../../src/api-client/client.ts';
import { Journal } from '../../src/sandbox/journal.ts';
import { type Keys, keysIn } from '../../src/sandbox/keys.ts';
import { type Places, placesIn } from '../../src/sandbox/places.ts';
import { portsFrom } from '../../src/sandbox/ports.ts';
import { type Servers, startServers } from '../../src/sandbox/servers.ts';
import { writeServiceFiles } from '../../src/sandbox/service-files.ts';
import { freePort } from '../../src/temporal/free-port.ts';
import { NodeProcess } from './node-process.ts';
import { addSample, type ProjectWish } from './world.ts';

const LOOK_AGAIN_MS = 200;

/** The world outside, which stays up in this process, and a node of one machine beside it, whose state is a folder of its own. */
export class NodeWorld {
  readonly folder: string;
  readonly state: string;
  readonly places: Places;
  readonly keys: Keys;
  readonly journal: Journal;
  readonly servers: Servers;
  readonly registry = undefined;
  readonly #port: number;
  readonly #closers: (() => unknown)[];
  readonly #nodes: NodeProcess[] = [];

  private constructor(
    parts: Pick<NodeWorld, 'folder' | 'places' | 'keys' | 'journal' | 'servers'>,
    port: number,
    closers: (() => unknown)[],
  ) {
    this.folder = parts.folder;
    this.state = join(parts.folder, 'node');
    this.places = parts.places;
    this.keys = parts.keys;
    this.journal = parts.journal;
    this.servers = parts.servers;
    this.#port = port;
    this.#closers = closers;
  }

  static async open(): Promise<NodeWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-node-'));
    const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })];
    const outside = placesIn(join(folder, 'outside'));
    const keys = keysIn(outside.keys);
    const journal = new Journal();
    const ports = await portsFrom(outside.ports);
    const servers = await startServers({ places: outside, ports, keys, journal }, (close) => void closers.push(close));
    const state = join(folder, 'node');
    const places = { ...placesIn(state), credentials: join(state, 'credentials'), root: state };
    mkdirSync(places.credentials, { recursive: true, mode: 0o700 });
    writeServiceFiles(places, keys, servers, {});
    const file = join(places.config, 'slipway.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('unsignedSignals: accept', 'unsignedSignals: refuse'));
    return new NodeWorld({ folder, places, keys, journal, servers }, await freePort(), closers);
  }

  addProject(name: string, wish: ProjectWish = {}) {
    return addSample(this, name, wish);
  }

  node(state = this.state): NodeProcess {
    const plan = { port: this.#port, workflowBundle: inject('workflowBundle'), logFile: join(this.folder, 'node.log') };
    const node = new NodeProcess({ ...plan, state });
    this.#nodes.push(node);
    return node;
  }

  get person(): Person {
    return new Person(`http://127.0.0.1:${this.#port}`, this.keys.people.rita?.token ?? '');
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) await node.cutPower();
    while (this.#closers.length > 0) await this.#closers.pop()?.();
  }
}

/** Somebody at the API of a node that may be away at any moment: what was not answered is asked again, under the same key. */
export class Person {
  readonly #client: SlipwayClient;

  constructor(url: string, token: string) {
    this.#client = slipwayClient({ url, token });
  }

  release(project: string, version = '1.1.0'): Promise<string> {
    return this.#patiently(
      async () => (await this.#client.startRelease({ project, version }, { key: `${project}-${version}` })).id,
    );
  }

  run(id: string): Promise<Run> {
    return this.#patiently(() => this.#client.showRun(id));
  }

  async until(id: string, is: (run: Run) => boolean, withinMs = 180_000): Promise<Run> {
    for (const end = Date.now() + withinMs; ; await sleep(LOOK_AGAIN_MS)) {
      const run = await this.run(id);
      if (is(run)) return run;
      const stuck = run.steps.find(({ status }) => status === 'blocked');
      if (stuck) throw new Error(`${stuck.id} is blocked: ${JSON.stringify(stuck.problem)}`);
      if (run.status === 'ended') throw new Error(`the run ended as ${run.outcome}`);
      if (Date.now() > end) throw new Error(`still ${run.status} at ${JSON.stringify(run.steps.at(-1))}`);
    }
  }

  async waiting(id: string): Promise<Run> {
    return this.until(id, ({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  }

  async signOff(id: string): Promise<void> {
    const { commit, manifest } = await this.waiting(id);
    const body = { role: 'releaser', decision: 'approve', commit, manifest: manifest?.digest } as never;
    await this.#patiently(() => this.#client.signOff(id, body, { key: `sign-${id.replaceAll(':', '-')}` }));
  }

  ended(id: string): Promise<Run> {
    return this.until(id, ({ status }) => status === 'ended');
  }

  /** A node that is away answers nothing, one that has just come back perhaps that it is not ready. */
  async #patiently<T>(ask: () => Promise<T>, withinMs = 90_000): Promise<T> {
    for (const end = Date.now() + withinMs; ; await sleep(LOOK_AGAIN_MS)) {
      try {
        return await ask();
      } catch (error) {
        const away = error instanceof Unreachable || (error instanceof ApiProblem && error.status >= 500);
        if (!away || Date.now() > end) throw error;
      }
    }
  }
}
