/** Name and token for HTTPS, from the credential file of this very attempt; absent for public reading. */
export interface GitAccess {
  readonly url: string;
  readonly token?: string;
  /** Another token, where the one at hand is refused: an App's end by themselves. */
  readonly renew?: () => Promise<string>;
}

export interface RefState {
  /** Full ref name → SHA it points at (for an annotated tag the tag object; its commit under `<ref>^{}`). */
  readonly [ref: string]: string;
}

export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** Seconds since the epoch. */
  readonly authorTime: number;
  readonly time: number;
  readonly message: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** Reading a remote. */
export interface GitRemoteReads {
  refs(access: GitAccess, patterns?: readonly string[]): Promise<RefState>;
  /** A bare repository in `folder` with all branches and tags, or just `refs`. */
  fetch(access: GitAccess, folder: string, refs?: readonly string[]): Promise<void>;
}

/** Changing a remote. Every push names the old value it expects (null: must not exist). */
export interface GitRemoteWrites {
  /**
   * Moves refs together (atomic). `new` null deletes. Up to date counts as done.
   * `branch-moved` when an expected value does not hold, `tag-taken` for tags, `git-refused` with the remote's answer for hooks and rules.
   */
  push(access: GitAccess, folder: string, updates: readonly RefUpdate[]): Promise<void>;
}

export interface RefUpdate {
  readonly ref: string;
  readonly expected: string | null;
  readonly new: string | null;
}

/** Work in a repository on this machine; no network. */
export interface GitLocal {
  /** Bundle with everything reachable from `refs` (full names or SHAs given as `{ ref: sha }`) into a file. */
  bundle(folder: string, file: string, refs: Readonly<Record<string, string>>): Promise<void>;
  /** A bare repository in `folder` from bundle files, all their refs created. */
  unbundle(folder: string, files: readonly string[]): Promise<void>;
  refs(folder: string): Promise<RefState>;
  commit(folder: string, revision: string): Promise<CommitFacts>;
  /** Oldest first, `from` exclusive; without `from` the whole history up to `to`. */
  log(
    folder: string,
    from: string | null,
    to: string,
    options?: { firstParent?: boolean; limit?: number },
  ): Promise<CommitFacts[]>;
  tagsReachableFrom(folder: string, sha: string): Promise<{ tag: string; commit: string }[]>;
  isAncestor(folder: string, ancestor: string, descendant: string): Promise<boolean>;
  mergeBase(folder: string, a: string, b: string): Promise<string | null>;
  /** Paths that differ between two commits or trees. */
  changedPaths(folder: string, from: string, to: string): Promise<string[]>;
  diff(folder: string, from: string, to: string): Promise<string>;
  /** Files of a commit; `read` gives a file's bytes, undefined where there is none. */
  list(folder: string, revision: string): Promise<string[]>;
  read(folder: string, revision: string, path: string): Promise<Uint8Array | undefined>;
  /** A detached checkout with the files only (`.git` present so that setuptools-scm works when `withGit`). */
  checkout(folder: string, sha: string, target: string, options?: { withGit?: boolean }): Promise<void>;
  /** Deterministic: the same input gives the same SHA. `edits` are on top of the first parent's tree (or an empty one), content null deletes. */
  commitEdits(folder: string, commit: NewCommit): Promise<string>;
  /** Merges without a checkout. */
  mergeTree(folder: string, ours: string, theirs: string): Promise<{ tree: string; conflicts: readonly string[] }>;
  commitTree(folder: string, tree: string, commit: Omit<NewCommit, 'edits' | 'tree'>): Promise<string>;
  /** Tree object of a folder on disk (for a docs site). */
  treeOfFolder(folder: string, source: string): Promise<string>;
  /** Deterministic annotated tag object; answers its SHA. */
  tagObject(
    folder: string,
    tag: { name: string; target: string; tagger: Person; time: number; message: string },
  ): Promise<string>;
  /** The same tag, signed by an SSH key (ed25519, so that it is the same object each time). */
  signTag(folder: string, object: string, key: string): Promise<string>;
  /** Does the tag carry a signature of this very key? What is no tag object does not. */
  signedBy(folder: string, object: string, key: string): Promise<boolean>;
  /** What the tag would be without its signature. */
  unsignedTag(folder: string, object: string): Promise<string>;
  setRef(folder: string, ref: string, sha: string): Promise<void>;
}

export interface NewCommit {
  readonly parents: readonly string[];
  readonly edits: readonly {
    readonly path: string;
    readonly content: Uint8Array | null;
    readonly executable?: boolean;
  }[];
  readonly message: string;
  readonly author: Person;
  readonly committer?: Person;
  /** Seconds since the epoch, written as UTC. */
  readonly time: number;
}
