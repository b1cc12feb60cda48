import type { Problem } from '../problem.ts';
import type { Span } from './tree.ts';

export type VersionHomeKind =
  | 'pyproject'
  | 'poetry'
  | 'setup-cfg'
  | 'setup-py'
  | 'python'
  | 'version-file'
  | 'cargo'
  | 'package-json'
  | 'uv-lock'
  | 'cargo-lock'
  | 'docs-conf'
  | 'citation'
  | 'bump-tool'
  | 'named';

/** One place where a version is written. */
export interface VersionHome {
  readonly path: string;
  readonly kind: VersionHomeKind;
  /** For a reader: the key, or the name and its line. */
  readonly where: string;
  /** In a Python module: what the version is assigned to. */
  readonly name?: string;
  /** As written; for a tuple what it spells. */
  readonly version: string;
  readonly span: Span;
  /** How the version is written there: whole, as its first two numbers, or as a tuple. */
  readonly form: 'whole' | 'short' | 'tuple';
  /** Semver where the file's own format wants it (Cargo.toml, package.json, CITATION.cff). */
  readonly notation: 'pep440' | 'semver';
}

/** The version comes from the tag, so that there is nothing to edit. */
export interface DynamicVersion {
  readonly from: 'tag';
  readonly tool: string;
  /** Environment variables that tell the build the version before the tag exists; none where only a local tag helps. */
  readonly variables: readonly string[];
}

export interface VersionHomes {
  /** What the project's metadata say, as written; null where the version comes from the tag or can't be found. */
  readonly version: string | null;
  readonly homes: readonly VersionHome[];
  readonly dynamic: DynamicVersion | null;
  /** What was seen and left alone, and why. */
  readonly notes: readonly string[];
  /** `version-homes-disagree` or `version-home-missing`: nothing may be edited before it is cured. */
  readonly problem: Problem | null;
}
