import type { Heard } from '../domain/run/github-word.ts';
import type { MonitorState } from '../domain/run/monitor.ts';
import type { Inspection, InspectRequest, RunRequest } from '../domain/run/request.ts';
import type { RunKind, RunState, SignalName } from '../domain/run/state.ts';

/** Runs as Temporal knows them: what the API asks of it, and nothing else. Times are ISO 8601. */
export interface Runs {
  /** `open` where the id has an open execution: its run id, and the request that it was started by. */
  start(
    start: RunStart,
  ): Promise<{ kind: 'started'; runId: string } | { kind: 'open'; runId: string; requestKey?: string }>;
  /** False where no open execution took it. */
  signal(execution: Execution, name: SignalName, payload: object): Promise<boolean>;
  wake(execution: Execution, reason: string): Promise<void>;
  /** What was written to it on GitHub and does not count. */
  heard(execution: Execution, heard: Omit<Heard, 'at'>): Promise<void>;
  /** `silent` where no worker answered in time, `unknown` where Temporal has no such execution. */
  state(execution: Execution, withinMs: number): Promise<RunState | 'silent' | 'unknown'>;
  /** What the monitor of an open window knows; undefined where nothing answered in time. */
  monitor(workflowId: string, withinMs: number): Promise<MonitorState | undefined>;
  describe(execution: Execution): Promise<RunSummary | undefined>;
  list(filter: RunFilter): Promise<{ runs: RunSummary[]; next?: string }>;
  /** Those of these run ids that Temporal still knows. */
  known(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  inspect(id: string, request: InspectRequest): Promise<Inspection>;
  ready(): Promise<void>;
}

export interface Execution {
  readonly id: string;
  /** The newest execution where it is left out. */
  readonly runId?: string | undefined;
}

export interface RunStart {
  readonly id: string;
  readonly kind: RunKind;
  readonly request: RunRequest;
  /** Names the HTTP request, so that its repeat finds the run. */
  readonly requestKey: string;
}

export interface RunFilter {
  readonly project?: string | undefined;
  readonly kind?: string | undefined;
  readonly status?: string | undefined;
  readonly waitingFor?: string | undefined;
  readonly openOnly?: boolean;
  readonly size: number;
  /** Where the last page ended. */
  readonly after?: string | undefined;
}

/** What a list shows of a run: from search attributes, without asking its worker. */
export interface RunSummary {
  readonly id: string;
  readonly runId: string;
  readonly kind: string;
  readonly project: string;
  readonly version: string;
  readonly phase: string | null;
  readonly status: string;
  readonly outcome?: string;
  readonly waitingFor: readonly string[];
  readonly startedAt: string;
  readonly endedAt?: string;
}
