import type { StepReport } from '../../domain/run/steps.ts';
import type { ReleaseContext, Source } from '../index.ts';

/** A hotfix branch, and where the fix goes on top of. */
export interface HotfixBranch {
  /** Full ref name. */
  readonly ref: string;
  /** The commit of main, or of the tag of an older line. */
  readonly start: string;
  /** What somebody put there before the run; null: nothing. */
  readonly found: string | null;
  /** Is there a higher stable version than this one will be? Then it moves no "latest", and merging back is asked. */
  readonly olderLine: boolean;
}

export interface HotfixActivities {
  /** Read-only. `base-unknown`; `branch-moved` where the branch is there and begins elsewhere. */
  pinHotfix(input: ReleaseContext): Promise<StepReport & { branch: HotfixBranch }>;
  /** The hotfix branch is on the remote. */
  ensureHotfixBranch(input: ReleaseContext & { branch: HotfixBranch }): Promise<StepReport>;
  /** Fails `not-yet` until the branch holds commits beyond its start, `said` among them; then pins what is there. */
  awaitFix(input: ReleaseContext & { branch: HotfixBranch; said: readonly string[] }): Promise<FixFound>;
  /**
   * Read-only: where the branch will be with the named commits, or those of a merged pull request, on top; null where somebody pushed to
   * it meanwhile. `cherry-pick-conflict` names the files, `commit-missing` what the repository does not have.
   */
  pickCommits(input: ReleaseContext & { branch: HotfixBranch }): Promise<{ picked: string | null }>;
  /** The named commits are on the branch; what somebody pushed meanwhile is taken as it is. Pins what is there. */
  ensureCherryPicked(input: ReleaseContext & { branch: HotfixBranch }): Promise<FixFound>;
  /** The branch is gone from the remote; one that holds more than the run released stays, and that is said. */
  ensureBranchDeleted(input: ReleaseContext & { ref: string; commit: string }): Promise<StepReport>;
}

export type FixFound = StepReport & { readonly source: Source; readonly commits: readonly string[] };
