import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { EnvironmentRecipe, ReleaseContext } from '../activities/index.ts';
import type { Reading } from '../domain/health.ts';
import { unknown } from '../domain/measure.ts';
import { type BuildProbe, type Probe, runsProjectCode } from '../domain/monitoring.ts';
import {
  dueNow,
  hasNews,
  isOver,
  type MonitorState,
  reportOf,
  schedule,
  takeIn,
  untilNext,
} from '../domain/run/monitor.ts';
import type { ArtifactRef } from '../domain/run/state.ts';
import type { Expected } from '../domain/standing.ts';
import { hands } from './activities.ts';
import { problemOf } from './failure.ts';
import * as messages from './messages.ts';
import { referTo } from './thrift.ts';

export interface MonitorInput {
  readonly schema: 1;
  readonly run: { readonly id: string; readonly runId: string };
  readonly context: ReleaseContext;
  /** Where the context's project lies for activities. */
  readonly kept?: ArtifactRef;
  readonly probes: readonly Probe[];
  readonly expected: Expected;
  readonly recipe: EnvironmentRecipe | null;
  /** When the release was published: issues count from then. */
  readonly since: string;
  /** So many rounds fit into one history; then it continues as new. */
  readonly rounds: number;
  readonly state: MonitorState;
}

/** Watches one version: each probe at its interval, until its run has heard enough. Tells the run when something changes. */
export async function monitor(input: MonitorInput): Promise<MonitorState> {
  const { state, probes } = input;
  referTo(input.context.project, input.kept);
  const began = Date.now() - state.elapsed * 1000;
  const clock = () => {
    state.elapsed = (Date.now() - began) / 1000;
  };
  const atWork = new Set<string>();
  let stirred = false;
  setHandler(messages.monitored, () => state);
  setHandler(messages.steer, (steering) => {
    Object.assign(state, steering);
    stirred = true;
  });

  for (let round = 1; ; round += 1) {
    clock();
    if (isOver(state)) return state;
    const all = dueNow(state, probes);
    for (const probe of all) schedule(state, probe);
    const due = all.filter(({ name }) => !atWork.has(name));
    for (const probe of due.filter(runsProjectCode)) {
      atWork.add(probe.name);
      void buildReading(input, probe).then((reading) => {
        clock();
        takeIn(state, probe, reading);
        atWork.delete(probe.name);
        stirred = true;
      }, endedBefore);
    }
    await lookOutside(input, due, clock);
    if (hasNews(state)) await tell(input);
    // What a build worker has not answered by then is lost, and looked at again at its next turn.
    const { continueAsNewSuggested } = workflowInfo();
    if (continueAsNewSuggested || (round >= input.rounds && atWork.size === 0))
      await continueAsNew<typeof monitor>(input);
    clock();
    const wait = Math.ceil(untilNext(state) * 1000);
    if (wait > 0) await condition(() => stirred, wait, { summary: 'Until the next reading' });
    stirred = false;
  }
}

/** One look by every probe that is due, side by side in one activity. */
async function lookOutside(input: MonitorInput, due: readonly Probe[], clock: () => void): Promise<void> {
  const probes = due.filter((probe) => !runsProjectCode(probe));
  if (probes.length === 0) return;
  const { context, expected, since, state } = input;
  const summary = probes.map(({ name }) => name).join(', ');
  try {
    const using = hands(context.project.waits, { title: summary, step: 'observe.window' }).publish;
    const { readings, rollback } = await using.takeReadings({ ...context, probes, expected, since });
    clock();
    state.rollback = rollback;
    for (const [index, probe] of probes.entries()) takeIn(state, probe, readings[index] ?? unknown('no answer'));
  } catch (error) {
    if (isCancellation(error)) throw error;
    clock();
    for (const probe of probes) takeIn(state, probe, unknown(problemOf(error).message));
  }
}

async function buildReading({ context, recipe }: MonitorInput, probe: BuildProbe): Promise<Reading> {
  try {
    return await hands(context.project.waits, { title: probe.name, step: 'observe.window' })
      .build(probe.timeout)
      .takeBuildReading({ ...context, probe, recipe });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return unknown(problemOf(error).message);
  }
}

/** The window ended while a reading was under way: nobody waits for it. */
function endedBefore(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

/** A run that is gone hears nothing, and takes its monitor with it. */
async function tell({ run, state }: MonitorInput): Promise<void> {
  try {
    await getExternalWorkflowHandle(run.id, run.runId).signal(messages.observed, reportOf(state));
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}
