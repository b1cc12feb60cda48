import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { faultOfProof, readProof, type Signatures, signedStart } from '../domain/run/proof.ts';
import { type CadenceResult, type StandingOrder, scheduleId } from '../domain/standing-order.ts';
import type { cadence } from '../workflows/index.ts';
import type { KnownSchedule, Look, ScheduleKey, Schedules } from './schedules-port.ts';
import type { Signer } from './signing.ts';
import { timed } from './temporal-calls.ts';

const TASK_QUEUE = 'slipway';
const TYPE = 'cadence';
const LOOKS_SHOWN = 3;
const RESULT_WITHIN_MS = 2_000;
/** After a longer night of Temporal's the next look is soon enough. */
const CATCH_UP = '1 day';

interface Options {
  /** Signs every order: one that was changed in Temporal itself starts nothing. */
  readonly signer: Signer;
  readonly signatures: () => Promise<Signatures>;
}

export function temporalSchedules(client: Client, { signer, signatures }: Options): Schedules {
  const { namespace } = client.options;
  const { within } = timed(client.connection);
  const handle = (key: ScheduleKey) => client.schedule.getHandle(scheduleId(key));

  async function found<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await within(act);
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  }

  async function faultOf(key: ScheduleKey, { action }: ScheduleDescription): Promise<string | undefined> {
    const id = scheduleId(key);
    const order = action.args?.[0] as StandingOrder | undefined;
    if (
      action.workflowType !== TYPE ||
      action.workflowId !== id ||
      order?.project !== key.project ||
      order.name !== key.name
    )
      return 'it starts something else than its order';
    const { unsignedSignals, keys } = await signatures();
    const proof = readProof(order.proof);
    if (proof === undefined) return unsignedSignals === 'accept' ? undefined : 'its order carries no proof';
    if (unsignedSignals === 'accept' && Object.keys(keys).length === 0) return undefined;
    return faultOfProof(proof, signedStart({ namespace, id, type: TYPE, request: order }, proof), keys);
  }

  async function resultOf(workflowId: string, runId: string): Promise<CadenceResult | null> {
    const run = client.workflow.getHandle<typeof cadence>(workflowId, runId);
    try {
      const { status } = await within(() => run.describe(), RESULT_WITHIN_MS);
      return status.name === 'COMPLETED' ? await within(() => run.result(), RESULT_WITHIN_MS) : null;
    } catch {
      return null; // forgotten, or not to be had just now: the schedule is shown all the same
    }
  }

  function looksOf({ info }: ScheduleDescription): Promise<Look[]> {
    const newest = info.recentActions.toReversed().slice(0, LOOKS_SHOWN);
    return Promise.all(
      newest.map(async ({ takenAt, action: { workflow } }) => {
        const { workflowId: id, firstExecutionRunId: runId } = workflow;
        return { at: takenAt.toISOString(), id, runId, result: await resultOf(id, runId) };
      }),
    );
  }

  return {
    async read(key): Promise<KnownSchedule | undefined> {
      const there = await found(() => handle(key).describe());
      if (!there) return undefined;
      const [fault, last] = await Promise.all([faultOf(key, there), looksOf(there)]);
      const { paused, note = '' } = there.state;
      return {
        order: there.action.args?.[0] as StandingOrder,
        ...(fault === undefined ? {} : { fault }),
        ...{ paused, note, last },
        next: paused ? [] : there.info.nextActionTimes.slice(0, LOOKS_SHOWN).map((time) => time.toISOString()),
      };
    },

    async put(order) {
      const id = scheduleId(order);
      const { proof: _, ...request } = order;
      const signed = await signer.schedule({ namespace, id, type: TYPE, request });
      const wanted = wantedOf(id, signed);
      try {
        await within(() => client.schedule.create<typeof cadence>({ scheduleId: id, ...wanted }));
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
        await within(() => handle(order).update<typeof cadence>(({ state }) => ({ ...wanted, state })));
      }
    },

    async remove(key) {
      await found(() => handle(key).delete());
    },

    pause: async (key, note) => (await found(() => handle(key).pause(note).then(taken))) ?? false,
    resume: async (key, note) => (await found(() => handle(key).unpause(note).then(taken))) ?? false,
  };
}

function taken(): true {
  return true;
}

/** The alarm, and what it starts: Temporal adds the time to the id. */
function wantedOf(workflowId: string, order: StandingOrder) {
  const { weekday, hour, project, name } = order;
  return {
    spec: {
      calendars: [
        {
          hour,
          minute: 0,
          ...(weekday === null ? {} : { dayOfWeek: weekday.toUpperCase() as Uppercase<typeof weekday> }),
        },
      ],
      timezone: 'UTC',
    },
    action: {
      type: 'startWorkflow' as const,
      workflowType: TYPE,
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [order] as [StandingOrder],
      workflowRunTimeout: '1h' as const,
      staticSummary: `Calendar of ${project}: ${name}, ${order.every}`,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP, pauseOnFailure: false } as const,
  };
}
