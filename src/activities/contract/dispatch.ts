import type { IndexTarget } from '../../domain/project.ts';
import type { ArtifactRef, Candidate, Manifest } from '../../domain/run/state.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { Approval, ReleaseContext } from '../index.ts';

/** A run of a workflow on GitHub. */
export interface Job {
  readonly run: number;
  readonly url: string;
}

/** Parts of a release that workflows of the project's own do. `attempt`: of the step; only another one lets a workflow run once more. */
export interface DispatchActivities {
  /**
   * The tag's draft holds the manifest's files, and the publishing workflow was dispatched on the tag, once. `job` null: the index holds
   * everything already. `workflow-unfit`, `workflow-ref-moved`, `index-conflict`, `files-unexpected`.
   */
  ensurePublishDispatched(
    input: ReleaseContext & {
      target: IndexTarget;
      commit: string;
      manifest: Manifest;
      notes: ArtifactRef;
      approval: Approval;
      attempt: number;
      adopt?: boolean;
    },
  ): Promise<StepReport & { job: Job | null; url: string }>;
  /**
   * Fails `not-yet` until the job ended; then what the index holds counts. `index-conflict`, `files-unexpected`, `files-missing`,
   * `workflow-failed`.
   */
  awaitPublishedByJob(
    input: ReleaseContext & { target: IndexTarget; manifest: Manifest; job: Job },
  ): Promise<StepReport & { url: string }>;
  /** The build workflow was dispatched on `ref`, which stands at the candidate's commit, once. */
  ensureBuildDispatched(
    input: ReleaseContext & { candidate: Candidate; ref: string; attempt: number },
  ): Promise<StepReport & { job: Job }>;
  /** Fails `not-yet` until the job ended; `workflow-failed`. */
  awaitBuiltByJob(input: ReleaseContext & { job: Job }): Promise<StepReport>;
  /** What the job left behind, each file checked, in the store. `built-file-refused` with faults. */
  takeBuiltFiles(input: ReleaseContext & { job: Job }): Promise<StepReport & { files: readonly ArtifactRef[] }>;
}
