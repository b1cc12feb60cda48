import type { Claim } from '../../domain/lane.ts';

export interface Started {
  readonly type: string;
  readonly taskQueue: string;
  /** A reset keeps it. */
  readonly firstRunId: string;
  readonly request: unknown;
  readonly parent?: { readonly id: string; readonly runId: string };
}

/** What the publish worker asks of Temporal itself. */
export interface Executions {
  readonly namespace: string;
  /** How an execution was started, as Temporal's own history says it. */
  started(workflowId: string, runId?: string): Promise<Started>;
  /** Is the execution (the newest of this id) closed or unknown? */
  closed(workflowId: string, runId?: string): Promise<boolean>;
  /** What the execution's `state` query answers. */
  state(workflowId: string, runId?: string): Promise<{ id: string; runId: string; [field: string]: unknown }>;
  /** Claims a version in the project's lane: who has it now. */
  claimVersion(project: string, claim: Claim): Promise<Claim>;
  giveUpVersion(project: string, claim: Claim): Promise<void>;
  /** Signals a workflow of this id, and starts it where there is none (the lane). */
  signalLane(project: string, signal: 'enter' | 'leave', payload: Record<string, unknown>): Promise<void>;
  /** Starts a run; `open` where its id has an open execution. */
  start(start: {
    workflowType: string;
    workflowId: string;
    request: object;
    requestKey: string;
    summary: string;
    details: string;
    attributes: Readonly<Record<string, string>>;
  }): Promise<'started' | 'open'>;
}
