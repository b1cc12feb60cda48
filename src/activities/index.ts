/**
 * The activities by task queue: what each makes true. Arguments and results are one object each, small, without secrets or
 * folders; SHAs are full, files and logs are digests in the artifact store. Any worker may run any attempt.
 * `StepReport` fields (summary, evidence, adopted) are what the run shows of the step.
 */

import type { Gate, IndexTarget, Project, Smoke } from '../domain/project.ts';
import type { PublicKeys } from '../domain/run/proof.ts';
import type { Inspection, InspectRequest, Procedure } from '../domain/run/request.ts';
import type { ArtifactRef, Candidate, Frozen, Manifest, SignOff, Undo } from '../domain/run/state.ts';
import type { StepReport } from '../domain/run/steps.ts';
import type { AdoptionActivities } from './contract/adoption.ts';
import type { CadenceActivities } from './contract/cadence.ts';
import type { CloseActivities } from './contract/close.ts';
import type { DispatchActivities } from './contract/dispatch.ts';
import type { HotfixActivities } from './contract/hotfix.ts';
import type { MonitoringActivities, MonitoringBuildActivities } from './contract/monitoring.ts';
import type { RollbackActivities } from './contract/rollback.ts';
import type { TellingActivities } from './contract/telling.ts';

export type { FixFound, HotfixBranch } from './contract/hotfix.ts';

export const WORKFLOW_QUEUE = 'slipway';
export const BUILD_QUEUE = 'slipway-build';
export const PUBLISH_QUEUE = 'slipway-publish';

/** Where the run started from: pinned once. */
export interface Source {
  /** The remote's branches and tags as they were, as a git bundle. */
  readonly bundle: ArtifactRef;
  /** Parent of the release commit. */
  readonly base: string;
  readonly baseRef: string;
  readonly main: string;
  readonly develop: string | null;
  readonly releaseBranch: string;
  /** What the release branch pointed at when the run found it; null: there was none. */
  readonly found: string | null;
  /** The last stable version before this one that the base can reach. */
  readonly last: { readonly version: string; readonly tag: string; readonly commit: string } | null;
  readonly commitsSinceLast: number;
  readonly suggestion: {
    readonly bump: 'major' | 'minor' | 'patch' | 'none';
    readonly version: string | null;
    readonly reasons: readonly string[];
  };
  /** Is the version lower than what the commits call for? */
  readonly belowSuggestion: boolean;
  readonly breaking: boolean;
}

/** What comes back where: a branch as it is then, or the very commit that was released. */
export interface MergeBack {
  readonly from: { readonly branch: string } | { readonly commit: string; readonly branch: string };
  /** Name of a branch. */
  readonly into: string;
}

/** What every activity of a release knows. `time` is seconds since the epoch: the date of commits and tags. */
export interface ReleaseContext {
  readonly id: string;
  readonly project: Project;
  readonly version: string;
  readonly procedure: Procedure;
  readonly startedBy: string;
  readonly time: number;
}

/** Sign-offs that an activity checks again beside the credential before it does what cannot be taken back. */
export interface Approval {
  readonly startedBy: string;
  readonly commit: string;
  readonly manifest: string;
  readonly signOffs: readonly SignOff[];
}

export interface PublishActivities
  extends AdoptionActivities,
    CadenceActivities,
    CloseActivities,
    DispatchActivities,
    HotfixActivities,
    MonitoringActivities,
    RollbackActivities,
    TellingActivities {
  /**
   * The service's knowledge of the project, its people and its public keys, as it is now; `refused` where the run that asks was not
   * started by the API. `project-unknown`, `project-invalid`.
   */
  freeze(input: { project: string }): Promise<Frozen | { refused: string }>;
  /** The service's public keys as they are now, for a run that gets a signal by one that it does not know. */
  readKeys(): Promise<{ keys: PublicKeys }>;
  /** Read-only, all problems at once: `preflight-failed` with faults. Then the version is this run's: `version-claimed` where another has it. */
  preflight(
    input: ReleaseContext & { runId: string; dryRun: boolean; testOnly: boolean; adopt?: boolean },
  ): Promise<StepReport>;
  /** Pins the commit to start from and bundles the source. `branch-missing`, `merge-conflict`, `git-unreachable`. */
  pinSource(input: ReleaseContext): Promise<StepReport & { source: Source }>;
  /** The release branch points at the candidate's commit, which is checked to be what the run made. */
  ensureBranchPushed(
    input: ReleaseContext & {
      source: Source;
      candidate: Candidate;
      expected: string | null;
      changed: readonly string[];
      message: string;
    },
  ): Promise<StepReport>;
  checkReviewed(input: ReleaseContext & { source: Source; candidate: Candidate; gate: Gate }): Promise<StepReport>;
  /** Fails `not-yet` until the commit's own checks on GitHub ended; `checks-failed`. */
  checkChecks(input: ReleaseContext & { candidate: Candidate; gate: Gate }): Promise<StepReport>;
  /** The index holds exactly the manifest's files (wheels first, sdist last). `production` asks for the sign-offs again. */
  ensureOnIndex(
    input: ReleaseContext & { target: IndexTarget; manifest: Manifest; production: boolean; approval?: Approval },
  ): Promise<StepReport & { url: string }>;
  /** Are other bytes of this version on the test index this very run's own, from an earlier manifest? `earlier`: digests of files uploaded before. */
  compareRehearsal(
    input: ReleaseContext & { target: IndexTarget; manifest: Manifest; earlier: readonly string[] },
  ): Promise<{ kind: 'free' | 'same' | 'own-earlier' | 'foreign'; summary: string }>;
  ensurePullRequest(
    input: ReleaseContext & { candidate: Candidate; source: Source; title: string; notes: ArtifactRef },
  ): Promise<StepReport & { number: number; url: string }>;
  /** Fails `not-yet` until the reviews that policy wants are there; `branch-moved`, `pull-request-closed`. */
  awaitReviews(input: ReleaseContext & { candidate: Candidate; number: number }): Promise<StepReport>;
  /**
   * Would merging into main give the tree that was tested? Where not, the branch with main merged in, pushed: a new candidate.
   * What is tagged already (`adopt`) can't change: then `merge-conflict`.
   */
  ensureMergeable(
    input: ReleaseContext & { source: Source; candidate: Candidate; adopt?: boolean },
  ): Promise<StepReport & { moved: Candidate | null }>;
  ensureMerged(
    input: ReleaseContext & { candidate: Candidate; number: number | null; approval: Approval },
  ): Promise<StepReport & { commit: string }>;
  /** Signed where a key is configured. `adopt`: a tag that another made is taken as it is. */
  ensureTagged(
    input: ReleaseContext & { candidate: Candidate; commit: string; approval: Approval; adopt?: boolean },
  ): Promise<StepReport & { tag: string; object: string }>;
  /** Fails `not-yet` until installers are shown every file of the manifest with our hashes. */
  awaitVisible(input: ReleaseContext & { target: IndexTarget; manifest: Manifest }): Promise<StepReport>;
  /** `adopt`: what another made for the tag is gone on with, if nothing in it contradicts. */
  ensureGitHubRelease(
    input: ReleaseContext & {
      commit: string;
      manifest: Manifest;
      notes: ArtifactRef;
      approval: Approval;
      /** The first of the id's executions that belong together, and the one that asks. */
      run: string;
      runId: string;
      adopt?: boolean;
    },
  ): Promise<StepReport & { url: string }>;
  ensureDocsPublished(
    input: ReleaseContext & { commit: string; site: ArtifactRef },
  ): Promise<StepReport & { url?: string }>;
  ensureImagePublished(
    input: ReleaseContext & { commit: string; image: ArtifactRef; imageManifest: string },
  ): Promise<StepReport>;
  /** `into` has `from`: merged without a checkout, or by a pull request where that conflicts or is not allowed. */
  ensureMergedBack(
    input: ReleaseContext & { merge: MergeBack },
  ): Promise<StepReport & { pullRequest: { number: number; url: string } | null }>;
  /** Fails `not-yet` until the merge-back pull request is merged. */
  awaitMergedBack(input: ReleaseContext & { merge: MergeBack; number: number }): Promise<StepReport>;
  /** Takes back one thing that the run did, if it is still as the run left it; says what it did or could not do. */
  undo(input: ReleaseContext & { entry: Undo }): Promise<StepReport & { undone: boolean }>;
  /** How many files of the version the index holds. */
  countFiles(input: ReleaseContext & { target: IndexTarget }): Promise<StepReport & { files: number }>;
  /** Asks the run for its state and keeps it, for the time when Temporal has forgotten it. */
  archiveRun(input: { id: string; runId: string }): Promise<void>;
  inspectProject(input: InspectRequest): Promise<Inspection>;
  /** The lane of the project runs and knows that this run wants its turn. */
  ensureInLane(input: { project: string; id: string; runId: string; urgent: boolean }): Promise<void>;
  leaveLane(input: { project: string; id: string; runId: string }): Promise<void>;
  /** Fails `not-yet` while the execution is open. */
  awaitClosed(input: { workflowId: string; runId: string }): Promise<void>;
}

export interface Edits {
  /** JSON in the store: `[{ path, content: digest | null, executable }]`. */
  readonly edits: ArtifactRef;
  readonly changed: readonly string[];
}

/** A built Python environment's recipe: a worker that lacks it makes it again. */
export interface EnvironmentRecipe {
  readonly source: ArtifactRef;
  readonly candidate: Candidate;
  readonly base: string;
  readonly python: string | null;
  readonly install: readonly string[];
  /** Set for versions that come from the tag, which is not there yet. */
  readonly pretend: Readonly<Record<string, string>>;
  /** Of a commit that another made; left out, what is built has the run's own time, which is its commit's. */
  readonly time?: number;
}

export interface BuildActivities extends MonitoringBuildActivities {
  /** Version, docs and changelog edits on the base, by the function that `slipway prepare` uses. Nothing is committed. */
  draftEdits(input: ReleaseContext & { source: Source }): Promise<{
    version: StepReport & Edits;
    /** `empty`: the Unreleased section holds nothing although there are commits; its edits take the entries from these. */
    changelog: StepReport & Edits & { empty: boolean; section: ArtifactRef; notes: ArtifactRef; excerpt: string };
    pretend: Readonly<Record<string, string>>;
  }>;
  generateApiDocs(
    input: ReleaseContext & { source: Source; edits: readonly ArtifactRef[] },
  ): Promise<StepReport & Edits>;
  /** The release commit, made once: parent, author, date, message and paths are given. */
  makeCommit(
    input: ReleaseContext & { source: Source; edits: readonly ArtifactRef[]; message: string },
  ): Promise<StepReport & { candidate: Candidate; diff: ArtifactRef; changed: readonly string[] }>;
  makeEnvironment(input: ReleaseContext & { recipe: EnvironmentRecipe }): Promise<StepReport>;
  /** One gate: `gate-failed`, `command-timed-out`, `report-unreadable`, `interpreter-missing`, `nothing-audited`. */
  runGate(
    input: ReleaseContext & { recipe: EnvironmentRecipe; gate: Gate; baseline: { commit: string } | null },
  ): Promise<StepReport>;
  /** sdist and wheel, or the sdist alone, once. `build-failed`, `metadata-refused`. */
  buildPackage(
    input: ReleaseContext & { recipe: EnvironmentRecipe; sdistOnly?: boolean },
  ): Promise<StepReport & { files: readonly ArtifactRef[] }>;
  /** One file into a clean environment with runtime dependencies only; version and smoke checks. `install-failed`, `version-mismatch`. */
  tryInstall(
    input: ReleaseContext & { file: ArtifactRef; python: string | null; smoke: readonly Smoke[]; sbom?: boolean },
  ): Promise<StepReport & { sbom?: ArtifactRef | null }>;
  /** The version by name from an index: exact bytes from there, dependencies from the ordinary index. */
  installFromIndex(
    input: ReleaseContext & { target: IndexTarget; manifest: Manifest; python: string | null },
  ): Promise<StepReport>;
  buildDocs(input: ReleaseContext & { recipe: EnvironmentRecipe }): Promise<StepReport & { site: ArtifactRef }>;
  /** `image` null: left out by policy where no engine is there. */
  buildImage(
    input: ReleaseContext & { recipe: EnvironmentRecipe; files: readonly ArtifactRef[] },
  ): Promise<StepReport & { image: ArtifactRef | null; imageManifest: string | null }>;
  /** Names the whole set; the digest is of its canonical JSON. */
  freezeManifest(input: {
    version: string;
    commit: string;
    files: readonly ArtifactRef[];
    extras: readonly ArtifactRef[];
  }): Promise<StepReport & { manifest: Manifest }>;
}

export type Activities = BuildActivities & PublishActivities;
