import type { RollbackFacts, RollForwardPlan } from '../../domain/rollback.ts';
import type { RollbackRequest, Tagged } from '../../domain/run/request.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { Approval, ReleaseContext } from '../index.ts';

/** In all of them the context's version is the bad one, but for `ensureReverted` and `awaitReverted`, where it is the roll-forward's. */
export interface RollbackActivities {
  /** Read-only, all problems at once: `not-published`, `rolled-back-already`, `retag-refused`, `preflight-failed` with faults. */
  preflightRollback(
    input: ReleaseContext & Pick<RollbackRequest, 'tags'>,
  ): Promise<StepReport & { facts: RollbackFacts }>;
  ensureUrgentIssue(
    input: ReleaseContext & { facts: Pick<RollbackFacts, 'bad' | 'good'> },
  ): Promise<StepReport & { number: number; url: string }>;
  /** The issue says how it ended, and is closed. */
  ensureUrgentIssueClosed(input: ReleaseContext & { number: number; ending: string }): Promise<StepReport>;
  /** Fails `not-yet` until the index has yanked or lost every file of the version. */
  awaitYanked(input: ReleaseContext & { files: readonly ArtifactRef[] }): Promise<StepReport>;
  /** Files that installers get again. */
  lookAtYank(
    input: ReleaseContext & { files: readonly ArtifactRef[] },
  ): Promise<StepReport & { back: readonly string[] }>;
  /** The GitHub release warns, and the good one is "Latest". */
  ensureReleaseDemoted(input: ReleaseContext & { facts: Pick<RollbackFacts, 'bad' | 'good'> }): Promise<StepReport>;
  /** The image's `latest` is the good version's. */
  ensureImageDemoted(input: ReleaseContext & { good: Tagged | null }): Promise<StepReport>;
  /** The pages branch holds the good version's frozen docs. */
  ensureDocsDemoted(input: ReleaseContext & { good: Tagged | null }): Promise<StepReport>;
  /** The bad tag is gone, and the good commit has the next patch's. `sign-offs-missing`, `retag-refused`. */
  ensureRetagged(
    input: ReleaseContext & { facts: Pick<RollbackFacts, 'bad' | 'good'>; approval: Approval },
  ): Promise<StepReport>;
  /** The version to go forward with, as things stand now. */
  planRollForward(input: ReleaseContext & { good: Tagged | null }): Promise<StepReport & { plan: RollForwardPlan }>;
  /** main is offered what takes the bad version back: by pull request, or pushed where there is no GitHub. */
  ensureReverted(
    input: ReleaseContext & { commit: string },
  ): Promise<StepReport & { pullRequest: { number: number; url: string } | null }>;
  /** Fails `not-yet` until the revert is merged; `pull-request-closed`. */
  awaitReverted(input: ReleaseContext & { number: number; commit: string }): Promise<StepReport>;
  /** What became of the rollback of a version, for a run that may be concerned. */
  rollbackOf(input: {
    project: string;
    version: string;
  }): Promise<{ status: 'none' | 'open' | 'rolled-back' | 'ended-otherwise' }>;
  /** The rollback of a version runs: started, or open already. */
  ensureRollbackStarted(input: Omit<RollbackRequest, 'schema'>): Promise<StepReport & { id: string; adopted: boolean }>;
}
