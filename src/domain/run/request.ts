import type { Role } from '../project.ts';

/** A release's input is the request alone; everything else is frozen by the worker from its own configuration. */
export interface ReleaseRequest {
  readonly schema: 1;
  readonly project: string;
  /** SemVer 2.0.0 without a leading v. */
  readonly version: string;
  readonly startedBy: string;
  readonly dryRun?: boolean;
  readonly testOnly?: boolean;
  readonly requestId?: string;
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
}
