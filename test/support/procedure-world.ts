import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { vi } from 'vitest';
import { type BuildActivities, type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { RunRequest } from '../../src/domain/run/request.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { RunResult } from '../../src/workflows/ending.ts';
import type { releaseActivities } from './release-activities.ts';
import { type Harness, type HarnessOptions, harness } from './temporal.ts';

type Activities = ReturnType<typeof releaseActivities>;
export type ProcedureRun = WorkflowHandle<(request: RunRequest) => Promise<RunResult>>;

const WITHIN_MS = 15_000;

/** The procedures on a real Temporal server, with activities that a test may change at any time; lanes are real. */
export async function procedureWorld(
  now: () => Activities,
  options: Pick<HarnessOptions, 'converter' | 'interceptors'> = {},
) {
  const world: Harness = await harness({
    publish: { ...following<PublishActivities>(() => now().publish), ...lane(() => world) },
    build: following<BuildActivities>(() => now().build),
    ...options,
  });

  return {
    ...world,

    start(kind: 'release' | 'hotfix' | 'rollback', request: Partial<RunRequest> = {}): Promise<ProcedureRun> {
      const full = { schema: 1, project: 'sample', version: '1.2.0', startedBy: 'rel', ...request } as RunRequest;
      return world.client.workflow.start<(request: RunRequest) => Promise<RunResult>>(kind, {
        workflowId: `${kind}:sample:${randomUUID()}`,
        taskQueue: WORKFLOW_QUEUE,
        args: [full],
      });
    },
  };
}

export function stateOf(run: ProcedureRun): Promise<RunState> {
  return run.query<RunState>('state');
}

/** The first state of which `holds` is true. */
export function until(run: ProcedureRun, holds: (state: RunState) => boolean): Promise<RunState> {
  return vi.waitFor(
    async () => {
      const state = await stateOf(run);
      if (holds(state)) return state;
      const problems = JSON.stringify(state.steps.filter((one) => one.problem));
      throw new Error(
        `${state.version} ${state.status} ${state.phase}: ${problems} ${JSON.stringify(state.waitingFor)}`,
      );
    },
    { timeout: WITHIN_MS, interval: 20 },
  );
}

export function untilWaiting(run: ProcedureRun, what: string): Promise<RunState> {
  return until(run, ({ waitingFor }) => waitingFor.some((one) => one.for.some((name) => name.includes(what))));
}

/** Signs what the run shows now. */
export async function signOff(run: ProcedureRun, by: string, role: string, more: object = {}): Promise<void> {
  const { commit, manifest } = await untilWaiting(run, role);
  const signed = { commit, manifest: manifest?.digest };
  await run.signal('signOff', { requestId: randomUUID(), by, role, decision: 'approve', ...signed, ...more });
}

export async function decide(run: ProcedureRun, step: string, action: 'retry' | 'skip' | 'abort'): Promise<void> {
  const state = await until(run, ({ steps }) => steps.some(({ id, status }) => id === step && status === 'blocked'));
  const { attempt } = state.steps.find(({ id }) => id === step)!;
  await run.signal('decide', { requestId: randomUUID(), by: 'olga', step, attempt, action, reason: 'decided' });
}

function following<T extends object>(current: () => T): T {
  return new Proxy({} as T, {
    get: (_, name) => (input: never) =>
      (current() as Record<string | symbol, (input: never) => unknown>)[name]?.(input),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

function lane(world: () => Harness): Pick<PublishActivities, 'ensureInLane' | 'leaveLane'> {
  return {
    async ensureInLane({ project, ...ticket }) {
      await world().client.workflow.signalWithStart('lane', {
        workflowId: `lane:${project}`,
        taskQueue: WORKFLOW_QUEUE,
        args: [],
        signal: 'enter',
        signalArgs: [ticket],
      });
    },
    async leaveLane({ project, ...ticket }) {
      await world().client.workflow.getHandle(`lane:${project}`).signal('leave', ticket);
    },
  };
}
