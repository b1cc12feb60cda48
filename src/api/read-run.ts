import type { Archive } from '../activities/ports.ts';
import type { RunState } from '../domain/run/state.ts';
import { RequestProblem } from './problems.ts';
import { type RunView, viewOf, viewOfSummary } from './run-view.ts';
import type { Execution, RunSummary, Runs } from './runs-port.ts';

const WORKER_ANSWERS_WITHIN_MS = 3_000;
const MONITOR_ANSWERS_WITHIN_MS = 1_000;

interface Sources {
  readonly runs: Runs;
  readonly archive: Archive;
}

/** The run from its worker; where that is silent or Temporal has forgotten it, from the archive. At most a few seconds, in any case. */
export async function readRun(
  { runs, archive }: Sources,
  execution: Execution,
): Promise<{ view: RunView; state?: RunState }> {
  const described = runs.describe(execution).catch(nothingReached);
  const state = await runs.state(execution, WORKER_ANSWERS_WITHIN_MS);
  return told({ runs, archive }, execution, { state, describe: () => described });
}

/** The same for who asks again and again: Temporal's own record is asked for only where no worker answers. */
export async function lookAgain({ runs, archive }: Sources, execution: Execution): Promise<{ view: RunView }> {
  const state = await runs.state(execution, WORKER_ANSWERS_WITHIN_MS);
  return told({ runs, archive }, execution, { state, describe: () => runs.describe(execution).catch(nothingReached) });
}

interface Answered {
  readonly state: RunState | 'silent' | 'unknown';
  readonly describe: () => Promise<RunSummary | undefined>;
}

async function told(
  { runs, archive }: Sources,
  execution: Execution,
  { state, describe }: Answered,
): Promise<{ view: RunView; state?: RunState }> {
  if (typeof state !== 'string') return { view: await withReadings(runs, viewOf(state, true)), state };

  const summary = await describe();
  const kept = (await archive.run(execution.id, execution.runId ?? summary?.runId)) as RunState | undefined;
  if (kept) return { view: { ...viewOf(kept, false), ...statusNow(summary) }, state: kept };
  if (summary) return { view: viewOfSummary(summary) };
  if (state === 'silent')
    throw new RequestProblem('temporal-unreachable', 'neither Temporal nor the archive knows this run now');
  throw new RequestProblem(
    'run-unknown',
    `there is no run ${execution.id}${execution.runId ? ` (${execution.runId})` : ''}`,
  );
}

/** While the window is open its monitor has the newest readings; where it is silent, the run's own are shown. */
async function withReadings(runs: Runs, view: RunView): Promise<RunView> {
  const { window } = view;
  if (!window || window.verdict || view.status === 'ended') return view;
  const monitor = await runs.monitor(window.monitor, MONITOR_ANSWERS_WITHIN_MS);
  if (!monitor) return view;
  return { ...view, window: { ...window, probes: monitor.probes, breaches: monitor.breaches } };
}

/** What was kept may be older than what Temporal knows: that a run is stuck, or has ended. */
function statusNow(summary: RunSummary | undefined): Partial<Pick<RunView, 'status'>> {
  return summary && (summary.status === 'stuck' || summary.endedAt)
    ? { status: summary.status as RunView['status'] }
    : {};
}

/** Then the archive is what is left to ask. */
function nothingReached(error: unknown): undefined {
  if (error instanceof RequestProblem && error.code === 'temporal-unreachable') return undefined;
  throw error;
}
