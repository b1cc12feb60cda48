import type { JobRun } from '../../domain/dispatch/own-run.ts';
import type { WorkflowText } from '../../domain/dispatch/workflow-file.ts';
import type { GitHubAccess } from './github.ts';

/** A zip that a workflow run left behind. */
export interface WorkflowArtifact {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** `sha256:…` of the zip, where GitHub tells. */
  readonly digest: string | null;
  readonly expired: boolean;
}

/** GitHub Actions: workflows of a project's own. */
export interface ActionsReads {
  /** As GitHub knows it, by its file on the default branch; undefined: it knows none. */
  workflow(access: GitHubAccess, file: string): Promise<{ state: string } | undefined>;
  /** The file as it is at a branch, tag or commit; undefined: not there. `workflow-unfit` where it is no YAML. */
  workflowText(access: GitHubAccess, file: string, ref: string): Promise<WorkflowText | undefined>;
  /** Those that were dispatched since then. */
  workflowRuns(access: GitHubAccess, file: string, since: string): Promise<JobRun[]>;
  workflowRun(access: GitHubAccess, id: number): Promise<JobRun>;
  /** Names of the jobs that did not succeed. */
  failedJobs(access: GitHubAccess, run: number): Promise<string[]>;
  workflowArtifacts(access: GitHubAccess, run: number): Promise<WorkflowArtifact[]>;
  /** Writes the zip to `path`. */
  downloadWorkflowArtifact(access: GitHubAccess, artifact: WorkflowArtifact, path: string): Promise<void>;
}

export interface ActionsWrites {
  /** Runs a workflow on a branch or tag, once: no retry of its own. The run's id, where GitHub tells it. */
  dispatchWorkflow(
    access: GitHubAccess,
    dispatch: { file: string; ref: string; inputs: Readonly<Record<string, string>> },
  ): Promise<{ run: number | null }>;
  /** One that has ended already stays as it is. */
  cancelWorkflowRun(access: GitHubAccess, run: number): Promise<void>;
}
