import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { inject } from 'vitest';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import { baseEnvironment } from '../../src/clients/command.ts';
import type { HotfixRequest, RollbackRequest } from '../../src/domain/run/request.ts';
import type { RunState, Step } from '../../src/domain/run/state.ts';
import type { Places } from '../../src/sandbox/places.ts';
import type { RunResult } from '../../src/workflows/ending.ts';
import { registerNamespace, skipEveryWait } from './temporal-namespace.ts';
import { WorkerProcess } from './worker-process.ts';

interface ServicePlan {
  readonly address: string;
  readonly namespace: string;
  readonly places: Places;
  readonly env: Readonly<Record<string, string>>;
  readonly tools: string;
  readonly workflowBundle: string;
  readonly converter?: (namespace: string) => Promise<DataConverter>;
  readonly closing: (close: () => unknown) => void;
}

interface ReleaseWish {
  readonly version?: string;
  readonly client?: Client;
  readonly adopt?: boolean;
  readonly dryRun?: boolean;
}

type Role = 'build' | 'publish';

/** Slipway's workers as processes, in a Temporal namespace of their own. */
export class Service {
  readonly #plan: ServicePlan;
  readonly client: Client;
  /** Runs started by it lose no time on waits: a retry comes at once. */
  readonly skippingClient: Client;
  readonly #workers = new Set<WorkerProcess>();
  #started = 0;
  /** Aborted when a worker ends by itself: no run is waited for in vain. */
  readonly #failed = new AbortController();

  private constructor(plan: ServicePlan, client: Client, skippingClient: Client) {
    this.#plan = plan;
    this.client = client;
    this.skippingClient = skippingClient;
  }

  static async open(plan: ServicePlan): Promise<Service> {
    const { address, namespace } = plan;
    const [connection, skipping] = await Promise.all([
      Connection.connect({ address }),
      Connection.connect({ address }),
    ]);
    plan.closing(() => Promise.all([connection.close(), skipping.close()]));
    await registerNamespace(connection, namespace);
    skipEveryWait(skipping);
    const converting = plan.converter === undefined ? {} : { dataConverter: await plan.converter(namespace) };
    const service = new Service(
      plan,
      new Client({ connection, namespace, ...converting }),
      new Client({ connection: skipping, namespace, ...converting }),
    );
    plan.closing(() => service.killAll());
    return service;
  }

  get address(): string {
    return this.#plan.address;
  }

  /** Loaded and connected; it takes work once it is told to begin. */
  worker(role: Role, otherwise: Readonly<Record<string, string>> = {}, program?: string): WorkerProcess {
    const { places } = this.#plan;
    this.#started += 1;
    const logFile = join(places.logs, `${this.#plan.namespace}-${role}-${this.#started}.log`);
    const env = { ...this.#environment(role), ...otherwise };
    const worker = new WorkerProcess({ role, env, logFile, ...(program === undefined ? {} : { program }) });
    this.#workers.add(worker);
    worker.died.catch((error: Error) => {
      this.#failed.abort(error);
    });
    void worker.ended.then(() => this.#workers.delete(worker));
    return worker;
  }

  async begin(...roles: Role[]): Promise<WorkerProcess[]> {
    return Promise.all(roles.map((role) => this.worker(role).begin()));
  }

  release(
    project: string,
    { version = '1.1.0', client = this.client, ...request }: ReleaseWish = {},
  ): Promise<ReleaseRun> {
    return this.#start('release', { project, version, ...request }, client);
  }

  hotfix(
    project: string,
    request: Partial<HotfixRequest> & { version: string },
    { client = this.client } = {},
  ): Promise<ReleaseRun> {
    return this.#start('hotfix', { project, ...request }, client);
  }

  async #start(
    kind: string,
    request: { project: string; version: string; dryRun?: boolean },
    client: Client,
  ): Promise<ReleaseRun> {
    const { project, version, dryRun } = request;
    const handle = await client.workflow.start<(request: object) => Promise<RunResult>>(kind, {
      workflowId: `${dryRun ? 'plan' : kind}:${project}:${version}`,
      taskQueue: WORKFLOW_QUEUE,
      args: [{ schema: 1, startedBy: 'rita', ...request }],
    });
    return new ReleaseRun(client, handle, this.#failed.signal);
  }

  rollback(
    project: string,
    { client = this.client, ...request }: Partial<RollbackRequest> & { client?: Client } = {},
  ): Promise<ReleaseRun> {
    const asked = { version: '1.1.0', reason: 'loses data', rollForward: 'no', tags: 'keep' };
    return this.#start('rollback', { project, ...asked, ...request }, client);
  }

  /** A run that another one started. */
  run(workflowId: string): ReleaseRun {
    return new ReleaseRun(this.client, this.client.workflow.getHandle(workflowId), this.#failed.signal);
  }

  async killAll(): Promise<void> {
    const all = [...this.#workers];
    for (const one of all) one.kill();
    await Promise.all(all.map(({ ended }) => ended));
  }

  #environment(role: Role): Record<string, string> {
    const { address, namespace, places, tools, workflowBundle, env: further } = this.#plan;
    const env = {
      ...baseEnvironment(),
      SLIPWAY_STATE: places.service,
      SLIPWAY_TOOLS: tools,
      NODE_COMPILE_CACHE: inject('compileCache'),
      SLIPWAY_STICKY: '1',
      SLIPWAY_HEARTBEAT: '1',
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      ...further,
    };
    if (role === 'build') return { ...env, SLIPWAY_CONFIG: places.buildConfig };
    return {
      ...env,
      SLIPWAY_CONFIG: places.config,
      SLIPWAY_CREDENTIALS: places.credentials,
      SLIPWAY_WORKFLOW_BUNDLE: workflowBundle,
    };
  }
}

type Handle = WorkflowHandle<(request: object) => Promise<RunResult>>;

const LOOK_AGAIN_MS = 200;
const ANSWER_WITHIN_MS = 3_000;

/** A run, as whoever may signal and query sees it. */
export class ReleaseRun {
  readonly #client: Client;
  readonly #handle: Handle;
  readonly #failed: AbortSignal;
  #signals = 0;

  constructor(client: Client, handle: Handle, failed: AbortSignal) {
    this.#client = client;
    this.#handle = handle;
    this.#failed = failed;
  }

  /** Asked again while no worker is there to answer. */
  async state(): Promise<RunState> {
    for (;;) {
      this.#failed.throwIfAborted();
      try {
        return await this.#client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
          this.#handle.query<RunState>('state'),
        );
      } catch (error) {
        if (!/deadline|cancelled|unavailable|no poller/i.test(String((error as Error).cause ?? error))) throw error;
        await sleep(LOOK_AGAIN_MS);
      }
    }
  }

  /** The first state of which `is` holds; a run that ends or blocks otherwise is told at once. */
  async until(is: (state: RunState) => boolean, { blocks = false, withinMs = 240_000 } = {}): Promise<RunState> {
    for (const end = Date.now() + withinMs; ; await sleep(LOOK_AGAIN_MS)) {
      const state = await this.state();
      if (is(state)) return state;
      const stuck = !blocks && state.steps.find(({ status }) => status === 'blocked');
      if (stuck)
        throw new Error(
          `${stuck.id} is blocked: ${stuck.problem?.code}: ${stuck.problem?.message} ${stuck.problem?.faults ?? ''}`,
        );
      if (state.status === 'ended') throw new Error(`the run ended as ${state.outcome}: ${state.ending}`);
      if (Date.now() > end) throw new Error(`still ${state.status} at ${JSON.stringify(state.steps.at(-1))}`);
    }
  }

  /** Signed off by everybody that policy asks for, once there is something to sign. */
  async signOff(by: Readonly<Record<string, string>> = { releaser: 'rita' }): Promise<void> {
    const { commit, manifest } = await this.until(({ waitingFor }) =>
      waitingFor.some(({ kind }) => kind === 'sign-off'),
    );
    for (const [role, login] of Object.entries(by)) {
      await this.signal('signOff', { by: login, role, decision: 'approve', commit, manifest: manifest?.digest });
    }
  }

  async blocked(step: string): Promise<Step> {
    const state = await this.until(({ steps }) => steps.some(({ id, status }) => id === step && status === 'blocked'), {
      blocks: true,
    });
    return state.steps.find(({ id }) => id === step) as Step;
  }

  decide({ id, attempt }: Step, action: 'retry' | 'skip' | 'abort'): Promise<void> {
    return this.signal('decide', { by: 'rita', step: id, attempt, action, reason: 'the cause is gone' });
  }

  abort(): Promise<void> {
    return this.signal('abort', { by: 'rita', reason: 'not today' });
  }

  signal(name: string, payload: object): Promise<void> {
    this.#signals += 1;
    return this.#handle.signal(name, { requestId: `request-${this.#signals}`, ...payload });
  }

  result(): Promise<RunResult> {
    this.#failed.throwIfAborted();
    const failed = once(this.#failed, 'abort').then(() => Promise.reject(this.#failed.reason));
    return Promise.race([this.#handle.result(), failed]);
  }
}
