import type { ReleaseRequest } from '../domain/run/request.ts';
import type { RunState, Waiting } from '../domain/run/state.ts';
import type { RunSummary } from './runs-port.ts';

const SHOWN = [
  ...['id', 'runId', 'kind', 'project', 'version', 'phase', 'status', 'outcome', 'ending', 'waitingFor', 'steps'],
  ...['signOffs', 'checklist', 'refusals', 'plan', 'commit', 'manifest', 'notes', 'diff', 'startedBy', 'startedAt'],
  ...['endedAt', 'paused', 'aborted', 'undone', 'notUndone', 'procedure', 'fix', 'window', 'afterwards'],
] as const satisfies (keyof RunState)[];

/** A run as the API shows it. `live`: its worker said so just now; else it is what was kept, or what Temporal's list knows. */
export type RunView = Omit<Pick<RunState, (typeof SHOWN)[number]>, 'procedure'> & {
  /** Unknown of a run whose worker has not been heard of yet. */
  readonly procedure?: RunState['procedure'];
  readonly dryRun: boolean;
  readonly testOnly: boolean;
  readonly live: boolean;
  readonly links: Record<string, string>;
};

const EMPTY = { waitingFor: [], steps: [], signOffs: [], checklist: [], refusals: [], undone: [], notUndone: [] };

export function viewOf(state: RunState, live: boolean): RunView {
  const shown = Object.fromEntries(SHOWN.filter((key) => state[key] !== undefined).map((key) => [key, state[key]]));
  const self = `/v1/runs/${state.id}?run=${state.runId}`;
  return {
    ...EMPTY,
    ...(shown as Pick<RunState, (typeof SHOWN)[number]>),
    signOffs: (state.signOffs ?? []).map(({ signed, ...signOff }) => signOff), // proofs are the workers' affair
    dryRun: (state.request as ReleaseRequest | undefined)?.dryRun ?? false,
    testOnly: (state.request as ReleaseRequest | undefined)?.testOnly ?? false,
    live,
    links: { ...state.links, self },
  };
}

/** What is known of a run whose worker is silent and of which nothing was kept yet. */
export function viewOfSummary(summary: RunSummary): RunView {
  const { waitingFor, phase, startedAt, ...rest } = summary;
  const waits: Waiting[] =
    waitingFor.length > 0 ? [{ step: '', for: waitingFor, since: startedAt, kind: 'outside' }] : [];
  const known = {
    ...rest,
    phase: phase ?? 'prepare',
    startedAt,
    startedBy: '',
    waitingFor: waits,
  } as unknown as RunState;
  return viewOf({ ...known, links: {} }, false);
}
