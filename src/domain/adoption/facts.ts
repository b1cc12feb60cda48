/** What stands outside of a version that another tool or a person began, as it was looked at. */
export interface OutsideFacts {
  readonly version: string;
  readonly tag: { readonly name: string; readonly commit: string | null; readonly twins: readonly string[] };
  /** Of the tag's commit; null where there is no tag. */
  readonly source: {
    /** Of main and the version's own branches, those that hold the commit. */
    readonly reachedFrom: readonly string[];
    /** As the files say; null where the version comes from the tag or can't be told. */
    readonly fileVersion: string | null;
  } | null;
  readonly main: {
    readonly name: string;
    /** Commits of main that made its files say the version. */
    readonly holders: readonly string[];
    /** Is what was tagged on main? `mergeable`: merging gives exactly the files that are tagged; null: it need not be there. */
    readonly has: 'yes' | 'mergeable' | 'no' | null;
  };
  readonly develop: { readonly name: string; readonly hasMain: boolean } | null;
  /** null: nothing of this version goes there. */
  readonly index: {
    readonly name: string;
    /** An index that takes no new files for a release older than so many days. */
    readonly closesAfterDays: number | null;
    readonly files: readonly OutsideFile[];
  } | null;
  /** null: the project has none, or it could not be asked. */
  readonly github: { readonly releases: readonly OutsideRelease[] } | null;
  /** null: the project has none. */
  readonly image: { readonly name: string; readonly digest: string | null } | null;
  /** How earlier runs of Slipway for this version ended. */
  readonly outcomes: readonly string[];
  /** ISO 8601. */
  readonly now: string;
}

export interface OutsideFile {
  readonly filename: string;
  readonly sha256: string;
  readonly yanked: boolean | string;
  readonly uploadedAt?: string;
}

export interface OutsideRelease {
  readonly url: string;
  readonly draft: boolean;
  readonly immutable: boolean;
  readonly assets: readonly {
    readonly name: string;
    /** null: an upload that broke off. */
    readonly digest: string | null;
  }[];
}

/** PyPI's own rule, and TestPyPI's; other indexes have none that is known. */
export function closesAfterDays(index: string): number | null {
  return index === 'pypi' || index === 'testpypi' ? 14 : null;
}

/** What a release of Slipway has, and these files are not. */
export function lacking(files: readonly Pick<OutsideFile, 'filename'>[]): ('wheel' | 'sdist')[] {
  const hasWheel = files.some(({ filename }) => filename.endsWith('.whl'));
  const hasSdist = files.some(({ filename }) => !filename.endsWith('.whl'));
  return [...(hasWheel ? [] : ['wheel' as const]), ...(hasSdist ? [] : ['sdist' as const])];
}

export function short(sha: string): string {
  return sha.slice(0, 12);
}
