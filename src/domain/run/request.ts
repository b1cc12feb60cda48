import type { CadenceFacts } from '../cadence.ts';
import type { Role } from '../project.ts';
import type { StartProof } from './proof.ts';

interface Asked {
  readonly schema: 1;
  readonly project: string;
  /** SemVer 2.0.0 without a leading v. */
  readonly version: string;
  readonly startedBy: string;
  readonly requestId?: string;
  /** By the API. A child has none: it is trusted as its parent is. */
  readonly proof?: StartProof;
  /** By a publish worker, which holds no key: the run that it starts for another is noted in the archive under this. */
  readonly ticket?: string;
}

/** A run's input is the request alone; everything else is frozen by the worker from its own configuration. */
export interface ReleaseRequest extends Asked {
  readonly dryRun?: boolean;
  readonly testOnly?: boolean;
  /** Finish what another tool or a person left half-done. */
  readonly adopt?: boolean;
  /** A rollback's roll-forward: the tree of the last good release under the next free version. */
  readonly rollForward?: RollForward;
}

export interface RollForward {
  /** The rollback that asks for it. */
  readonly rollback: string;
  /** The version that is rolled back, and the last good one. */
  readonly bad: Tagged;
  readonly good: Tagged;
  readonly reason?: string;
}

export interface Tagged {
  readonly version: string;
  readonly tag: string;
  readonly commit: string;
}

export interface HotfixRequest extends Asked {
  readonly title: string;
  readonly issue?: number;
  /** A tag of an older line; without it the fix goes on top of main. */
  readonly base?: string;
  /** Commits to cherry-pick; a merged pull request by `#123`. Without them a person pushes the fix to the branch. */
  readonly commits?: readonly string[];
}

export interface RollbackRequest extends Asked {
  readonly reason: string;
  readonly rollForward: 'ask' | 'yes' | 'no';
  readonly tags: 'keep' | 'retag';
}

export type RunRequest = ReleaseRequest | HotfixRequest | RollbackRequest;

/** The rules that a version is made by: a roll-forward is a release in all but its source, its words and its sign-offs. */
export type Procedure =
  | { readonly kind: 'release' }
  | {
      readonly kind: 'hotfix';
      readonly title: string;
      readonly issue: number | null;
      readonly base: string | null;
      readonly commits: readonly string[];
    }
  | ({ readonly kind: 'roll-forward' } & RollForward)
  | { readonly kind: 'rollback'; readonly reason: string };

export function procedureOf(kind: 'release' | 'hotfix' | 'rollback', request: RunRequest): Procedure {
  if (kind === 'hotfix') {
    const { title, issue, base, commits } = request as HotfixRequest;
    return { kind, title, issue: issue ?? null, base: base ?? null, commits: commits ?? [] };
  }
  if (kind === 'rollback') return { kind, reason: (request as RollbackRequest).reason };
  const { rollForward } = request as ReleaseRequest;
  return rollForward ? { kind: 'roll-forward', ...rollForward } : { kind };
}

export interface DirectoryPerson {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Asked by the API, which has no git of its own. */
export interface InspectRequest {
  readonly schema: 1;
  readonly project: string;
  readonly bump?: 'major' | 'minor' | 'patch' | 'prerelease';
  readonly prerelease?: 'alpha' | 'beta' | 'rc';
  /** The next patch version: of the line of this tag, or of main where it is null. */
  readonly hotfix?: { readonly base: string | null };
  /** How the project keeps to its calendar as well. */
  readonly cadence?: true;
}

/** `next` answers the bump that was asked for, or the suggestion's where none was; absent with a `problem`. */
export interface Inspection {
  readonly project: string;
  readonly package: string;
  readonly last: string | null;
  /** The highest of version file and tags, pre-releases included. */
  readonly base: string | null;
  readonly bump: 'major' | 'minor' | 'patch' | 'none';
  readonly suggested: string | null;
  readonly next: string | null;
  readonly reasons: readonly string[];
  readonly problem?: { readonly code: string; readonly message: string; readonly remedy: string };
  readonly cadence?: CadenceFacts;
}

/** Why a version is taken back, in its starter's words. */
export function reasonOf(procedure: Procedure): string {
  return 'reason' in procedure ? (procedure.reason ?? '') : '';
}
