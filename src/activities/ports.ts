/**
 * What Slipway asks of the outside, Reads apart from Writes. Clients implement these; activities decide with them.
 * Everything throws `Problem`s, and nothing else on purpose: `*-unreachable` for what a retry may cure, `*-refused` for what it can't,
 * `credential-refused` for 401, `permission-missing` for 403 that is not a limit, `*-rate-limited` with `retryAfterSeconds`.
 * SHAs are 40 hex digits, digests of files `sha256:<64 hex>`, times ISO 8601, folders absolute paths of this machine (never in a result).
 */
import type { AuditEntry } from '../domain/audit.ts';
import type { Claim } from '../domain/lane.ts';
import type { IndexTarget } from '../domain/project.ts';

// ---------------------------------------------------------------------------------------------- artifact store and archive

export type Digest = `sha256:${string}`;

/** Something kept in the artifact store. */
export interface Artifact {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Content-addressed: what was put is never overwritten, what is read is hashed again (`artifact-corrupt`, `artifact-missing`). */
export interface ArtifactStore {
  put(name: string, content: Uint8Array | string): Promise<Artifact>;
  putFile(name: string, path: string): Promise<Artifact>;
  bytes(digest: Digest): Promise<Uint8Array>;
  text(digest: Digest): Promise<string>;
  /** Writes the object's bytes to `path`. */
  copyTo(digest: Digest, path: string): Promise<void>;
  has(digest: Digest): Promise<boolean>;
}

/** Records of runs and of requests, which outlive Temporal's own. A record is plain JSON. */
export interface Archive {
  /** The last one put for (id, runId) holds. */
  putRun(record: { id: string; runId: string; [field: string]: unknown }): Promise<void>;
  run(id: string, runId?: string): Promise<Record<string, unknown> | undefined>;
  /** Newest first. */
  runs(filter?: { project?: string; idPrefix?: string }): Promise<Record<string, unknown>[]>;
  /** What people told a run, beside it: the trail is read without reading every run. */
  putActs(run: { id: string; runId: string }, acts: readonly AuditEntry[]): Promise<void>;
  acts(id?: string): Promise<AuditEntry[]>;
  /** First come: keeps `value` under `key` unless something is there already; answers what is there. */
  claim(key: string, value: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** What is under `key`, if anything. */
  claimed(key: string): Promise<Record<string, unknown> | undefined>;
}

// ------------------------------------------------------------------------------------------------------------------- git

/** Name and token for HTTPS, from the credential file of this very attempt; absent for public reading. */
export interface GitAccess {
  readonly url: string;
  readonly token?: string;
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

// ----------------------------------------------------------------------------------------------------------------- index

export interface IndexFile {
  readonly filename: string;
  readonly sha256: string;
  readonly size?: number;
  readonly yanked: boolean | string;
  readonly url: string;
  /** Where the index tells. */
  readonly uploadedAt?: string;
}

export interface IndexReads {
  /** What the index lists for this version now (PEP 691, past caches); undefined: no such version. */
  files(index: IndexTarget, name: string, version: string): Promise<readonly IndexFile[] | undefined>;
  /** Every version that the index has ever shown for the name. */
  versions(index: IndexTarget, name: string): Promise<readonly string[]>;
  /** What installers are told: the simple page and, where the index has it, the JSON of the version. */
  visible(
    index: IndexTarget,
    name: string,
    version: string,
  ): Promise<{ simple: readonly IndexFile[]; json?: readonly IndexFile[] }>;
  /** Writes the file's bytes to `path`, hashed on the way: what is kept is what the index names. */
  download(file: IndexFile, path: string): Promise<void>;
  pageUrl(index: IndexTarget, name: string, version: string): string;
  /** Where an owner yanks a release by hand. */
  manageUrl(index: IndexTarget, name: string): string;
  /** Who may yank, where the index tells. */
  owners(index: IndexTarget, name: string): Promise<readonly string[]>;
  /** Where pip and uv read from. */
  simpleUrl(index: IndexTarget): string;
}

export interface IndexWrites {
  /**
   * One file, once: no retry of its own. `index-conflict` for other bytes under the name or a name used before;
   * an identical file counts as done. After `index-unreachable` the caller reads before it believes anything.
   */
  upload(index: IndexTarget, token: string, file: string, metadata?: { comment?: string }): Promise<void>;
}

/** Looking into wheels and sdists; nothing of theirs is run. */
export interface DistributionReads {
  /** Members by path, an sdist's without its top folder. `metadata-refused` where it is neither, or larger than can be. */
  members(file: string): Promise<ReadonlyMap<string, Uint8Array>>;
}

// ---------------------------------------------------------------------------------------------------------------- GitHub

/** Where and as whom; `token` from the credential file of this very attempt. */
export interface GitHubAccess {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly token: string;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly mergeCommit: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly title: string;
  readonly body: string;
  readonly author: string;
  /** null: GitHub has not worked it out yet. */
  readonly mergeable: boolean | null;
}

export interface Review {
  readonly user: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commit: string;
  readonly at: string;
}

export interface GitHubRelease {
  readonly id: number;
  readonly url: string;
  readonly uploadUrl: string;
  readonly tag: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly immutable: boolean;
  readonly assets: readonly ReleaseAsset[];
}

export interface ReleaseAsset {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state: string;
  /** `sha256:…` where GitHub tells. */
  readonly digest: string | null;
  /** Where people download it. */
  readonly url: string;
}

export interface Issue {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly createdAt: string;
}

export interface Milestone {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly openIssues: number;
}

/** An issue or a pull request in a milestone. */
export interface Tracked {
  readonly number: number;
  /** As GraphQL calls it. */
  readonly node: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
}

export interface Discussion {
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly createdAt: string;
}

/** A project board with the field that is looked at, and what it may hold. */
export interface Board {
  readonly id: string;
  readonly field: string;
  readonly fieldId: string;
  /** Ids by name; null: a field of free text. */
  readonly options: Readonly<Record<string, string>> | null;
}

export interface GitHubReads {
  repository(access: GitHubAccess): Promise<{
    permissions: { push: boolean; admin: boolean };
    defaultBranch: string;
    login: string;
    private: boolean;
  }>;
  branchRules(
    access: GitHubAccess,
    branch: string,
  ): Promise<{
    approvals: number;
    dismissStale: boolean;
    lastPushApproval: boolean;
    mergeMethods: readonly string[] | null;
  }>;
  /** Any state, newest first, by exact head branch and base. */
  pullRequests(access: GitHubAccess, filter: { head: string; base: string }): Promise<PullRequest[]>;
  pullRequest(access: GitHubAccess, number: number): Promise<PullRequest>;
  reviews(access: GitHubAccess, number: number): Promise<Review[]>;
  canWrite(access: GitHubAccess, login: string): Promise<boolean>;
  /** Pull requests that a commit came in by. */
  pullRequestsOfCommit(access: GitHubAccess, sha: string): Promise<PullRequest[]>;
  /** Check runs and commit statuses of a commit, the newest of each name. */
  checks(
    access: GitHubAccess,
    sha: string,
  ): Promise<{ name: string; state: 'success' | 'failure' | 'pending' | 'neutral'; url: string }[]>;
  /** Drafts included: pages through all releases (facts.md B3). */
  releases(access: GitHubAccess, tag: string): Promise<GitHubRelease[]>;
  latestRelease(access: GitHubAccess): Promise<string | null>;
  assetDigest(access: GitHubAccess, asset: ReleaseAsset): Promise<Digest>;
  /** Writes the asset's bytes to `path`. */
  downloadAsset(access: GitHubAccess, asset: ReleaseAsset, path: string): Promise<void>;
  /** Newest first, pull requests left out; with all of these labels. Lists, since GitHub's search is seconds behind (facts.md B6). */
  issues(
    access: GitHubAccess,
    filter: { state: 'open' | 'closed' | 'all'; labels?: readonly string[]; createdSince?: string },
  ): Promise<Issue[]>;
  /** Open and closed ones. */
  milestones(access: GitHubAccess): Promise<Milestone[]>;
  /** Issues and pull requests in a milestone, open and closed. */
  tracked(access: GitHubAccess, milestone: number): Promise<Tracked[]>;
  /** Newest first. `github-refused` where there is no such category, with those that there are. */
  discussions(access: GitHubAccess, filter: { category: string; createdSince: string }): Promise<Discussion[]>;
  /** `github-refused` where the board or its field is not there. */
  board(access: GitHubAccess, wish: { owner: string; number: number; field: string }): Promise<Board>;
  /** Its item on the board and the field's value; undefined: it is not on it. */
  onBoard(
    access: GitHubAccess,
    board: Board,
    node: string,
  ): Promise<{ item: string; value: string | null } | undefined>;
}

export interface GitHubWrites {
  createPullRequest(
    access: GitHubAccess,
    pull: { head: string; base: string; title: string; body: string },
  ): Promise<PullRequest>;
  updatePullRequest(
    access: GitHubAccess,
    number: number,
    change: { title?: string; body?: string; state?: 'open' | 'closed' },
  ): Promise<void>;
  /** `branch-moved` where the head is not `sha`, `not-mergeable` where rules or a conflict forbid it. */
  merge(
    access: GitHubAccess,
    number: number,
    merge: { sha: string; method: 'merge' | 'squash' | 'rebase'; title: string; message: string },
  ): Promise<{ sha: string }>;
  createRelease(
    access: GitHubAccess,
    release: { tag: string; target: string; name: string; body: string; prerelease: boolean },
  ): Promise<GitHubRelease>;
  /** Publishing sets `draft: false` with `makeLatest` explicit. */
  updateRelease(
    access: GitHubAccess,
    id: number,
    change: { draft?: boolean; name?: string; body?: string; prerelease?: boolean; makeLatest?: 'true' | 'false' },
  ): Promise<GitHubRelease>;
  deleteRelease(access: GitHubAccess, id: number): Promise<void>;
  uploadAsset(access: GitHubAccess, release: GitHubRelease, name: string, file: string): Promise<ReleaseAsset>;
  deleteAsset(access: GitHubAccess, id: number): Promise<void>;
  createIssue(access: GitHubAccess, issue: { title: string; body: string; labels: readonly string[] }): Promise<Issue>;
  updateIssue(
    access: GitHubAccess,
    number: number,
    change: { title?: string; body?: string; state?: 'open' | 'closed'; labels?: readonly string[] },
  ): Promise<Issue>;
  /** `dueOn`: a day; GitHub's own is that of its coast, so noon UTC is what is sent. */
  createMilestone(access: GitHubAccess, milestone: { title: string; dueOn: string | null }): Promise<Milestone>;
  updateMilestone(access: GitHubAccess, number: number, change: { state: 'open' | 'closed' }): Promise<Milestone>;
  /** To those that are there; a label that GitHub does not know is made. */
  addLabels(access: GitHubAccess, number: number, labels: readonly string[]): Promise<void>;
  createDiscussion(
    access: GitHubAccess,
    discussion: { category: string; title: string; body: string },
  ): Promise<Discussion>;
  /** What is on it already keeps its item. */
  addToBoard(access: GitHubAccess, board: Board, node: string): Promise<string>;
  /** `value`: an option's name where the field has options. */
  setOnBoard(access: GitHubAccess, board: Board, change: { item: string; value: string }): Promise<void>;
}

// --------------------------------------------------------------------------------------------------------------- notices

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly tls: 'tls' | 'starttls' | 'none';
  readonly login: { readonly user: string; readonly password: string } | null;
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly date: string;
}

/**
 * Announcements to where nobody can look whether one has arrived. Sent once, no redirect followed, nothing to private addresses unless
 * the service's configuration lets them: `channel-unreachable` where it may help to try again, `channel-refused` where not.
 */
export interface NoticeWrites {
  /** JSON by POST; anything but 2xx is a problem. `secret`: an address that is itself a secret is in no word of it. */
  post(
    target: { url: string; secret: boolean },
    message: { headers: Readonly<Record<string, string>>; body: string },
  ): Promise<void>;
  /** `rejected`: whom the server took it not for, while it took it for others. */
  mail(server: MailServer, mail: Mail): Promise<{ rejected: readonly string[] }>;
}

// ---------------------------------------------------------------------------------------------------------- build and run

export interface CommandResult {
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly seconds: number;
  /** stdout and stderr together, in the store. */
  readonly log: Artifact;
  /** The last lines, clamped. */
  readonly tail: string;
  readonly isolation: 'namespaces' | 'none';
}

/** Python environments and the project's own commands, on a build worker. */
export interface Builder {
  /**
   * A virtual environment in `folder` with what pip-style arguments ask for (run in `cwd`), e.g. ['-e', '.[test]'].
   * `environment-failed` with the log. `interpreter-missing` where `python` (e.g. "3.11"; null: the default) is not there.
   */
  environment(
    folder: string,
    options: {
      python: string | null;
      cwd: string;
      install: readonly string[];
      hashes?: readonly string[];
      env?: Environment;
    },
  ): Promise<{ python: string; version: string; packages: Artifact }>;
  /** The executable of a Python version, or undefined; it counts as there when `--version` runs. */
  interpreter(version: string): Promise<string | undefined>;
  /** sdist and wheel from a clean checkout into `out`; `build-failed` with the log. */
  build(options: {
    cwd: string;
    out: string;
    sourceDateEpoch: number;
    env?: Environment;
  }): Promise<{ files: readonly string[]; log: Artifact }>;
  /** twine's strict check, and that names and versions in the files are these; `metadata-refused`. */
  checkMetadata(files: readonly string[], expected: { name: string; version: string }): Promise<void>;
  /** A project's own command as written (a shell line), isolated where it can be had, its whole process tree ended at the limit or on cancel. */
  run(options: ProjectCommand): Promise<CommandResult>;
  /** Starts a server command, waits until `ready` answers, hands over, then ends its whole tree. */
  serve(options: ProjectCommand & { url: string }, use: (baseUrl: string) => Promise<void>): Promise<CommandResult>;
  /** A tool of ours from the tools environment (towncrier, pip-audit, pip-licenses, uv …), argument array. */
  tool(
    name: string,
    args: readonly string[],
    options: { cwd: string; timeout: number; env?: Environment },
  ): Promise<CommandResult & { stdout: string }>;
}

export type Environment = Readonly<Record<string, string>>;

/** Folders of this machine for one piece of work each; nothing in them outlives the worker. */
export interface Workspaces {
  open(): Promise<Workspace>;
  /** A folder made once by this worker for everything that needs the same (`key`), e.g. an environment; the least used go first. */
  shared(key: string, make: (workspace: Workspace) => Promise<void>): Promise<Workspace>;
}

export interface Workspace {
  readonly folder: string;
  /** Paths are relative to the folder. */
  text(path: string): Promise<string | undefined>;
  write(path: string, content: Uint8Array): Promise<void>;
  /** At once, for pure functions that read here and there. */
  bytes(path: string): Uint8Array | undefined;
  /** A copy of a folder, links and modes kept. */
  copyFrom(folder: string, to: string): Promise<void>;
  /** All files below, sorted. */
  files(under: string): Promise<string[]>;
  /** A tar whose bytes depend on names, modes and contents alone. */
  pack(folder: string, archive: string): Promise<void>;
  unpack(archive: string, folder: string): Promise<void>;
  dispose(): Promise<void>;
}

export interface ProjectCommand {
  readonly name: string;
  readonly run: string;
  readonly cwd: string;
  /** A virtual environment whose programs come first on the PATH. */
  readonly venv?: string;
  /** Seconds. */
  readonly timeout: number;
  readonly network: boolean;
  readonly env?: Environment;
  /** In the namespace, `cwd` is seen at this path (what an editable install points to); without namespaces the command runs there itself. */
  readonly mountAt?: string;
  /** Folders the command may read besides the system's and `cwd`. */
  readonly readable?: readonly string[];
}

/** Container images: built into an OCI archive on a build worker. */
export interface ImageBuilder {
  /** undefined where no engine is there. */
  engine(): Promise<string | undefined>;
  /** Writes an OCI archive (tar) to `out`; answers the digest of its manifest. */
  build(options: {
    context: string;
    dockerfile: string;
    buildArgs: Readonly<Record<string, string>>;
    labels: Readonly<Record<string, string>>;
    out: string;
    sourceDateEpoch: number;
    timeout: number;
  }): Promise<{ manifest: Digest; log: Artifact }>;
}

export interface RegistryAccess {
  /** host[:port]/repository */
  readonly name: string;
  readonly token?: string;
}

export interface RegistryReads {
  /** Digest that a tag or digest resolves to; undefined: none. */
  digest(access: RegistryAccess, reference: string): Promise<Digest | undefined>;
  tags(access: RegistryAccess): Promise<readonly string[]>;
  /** Manifest digest inside an OCI archive. */
  archiveDigest(archive: string): Promise<Digest>;
}

export interface RegistryWrites {
  /** Pushes what is missing of the archive, by digest; no tag. */
  push(access: RegistryAccess, archive: string): Promise<Digest>;
  tag(access: RegistryAccess, digest: Digest, tag: string): Promise<void>;
}

/** Numbers that others keep: the JSON at an address, whole and small, or why there is none (`metric-unreachable`, `metric-unreadable`). */
export interface MetricReads {
  /** `secret`: a bearer token, or a whole header line; it goes to this host alone. */
  json(url: string, options?: { secret?: string }): Promise<unknown>;
}

// ------------------------------------------------------------------------------------------------- service knowledge

/** Credentials as files, read anew at each attempt; only on the publish worker. `credential-missing` names the file. */
export interface Credentials {
  read(name: string): Promise<string>;
}

/** What the service's own configuration knows of people and projects. */
export interface Directory {
  project(name: string): Promise<import('../domain/project.ts').Project>;
  /** Roles that hold everywhere, and with `project` also those that hold in it. */
  people(project?: string): Promise<readonly DirectoryPerson[]>;
  signatures(): Promise<import('../domain/run/proof.ts').Signatures>;
  /** Where people reach the API, if the service's configuration says so. */
  url(): Promise<string | undefined>;
}

export interface DirectoryPerson {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly import('../domain/project.ts').Role[];
}

export interface Started {
  readonly type: string;
  readonly taskQueue: string;
  /** A reset keeps it. */
  readonly firstRunId: string;
  readonly request: unknown;
  readonly parent?: { readonly id: string; readonly runId: string };
}

/** What the publish worker asks of Temporal itself. */
export interface Executions {
  readonly namespace: string;
  /** How an execution was started, as Temporal's own history says it. */
  started(workflowId: string, runId?: string): Promise<Started>;
  /** Is the execution (the newest of this id) closed or unknown? */
  closed(workflowId: string, runId?: string): Promise<boolean>;
  /** What the execution's `state` query answers. */
  state(workflowId: string, runId?: string): Promise<{ id: string; runId: string; [field: string]: unknown }>;
  /** Claims a version in the project's lane: who has it now. */
  claimVersion(project: string, claim: Claim): Promise<Claim>;
  giveUpVersion(project: string, claim: Claim): Promise<void>;
  /** Signals a workflow of this id, and starts it where there is none (the lane). */
  signalLane(project: string, signal: 'enter' | 'leave', payload: Record<string, unknown>): Promise<void>;
  /** Starts a run; `open` where its id has an open execution. */
  start(start: {
    workflowType: string;
    workflowId: string;
    request: object;
    requestKey: string;
    summary: string;
    details: string;
    attributes: Readonly<Record<string, string>>;
  }): Promise<'started' | 'open'>;
}

// ------------------------------------------------------------------------------------------------- the API's own memory

/** Who did what: only ever added to, a day at a time. */
export interface AuditTrail {
  add(entry: AuditEntry): Promise<void>;
  /** Days (UTC) that have entries, the last first. */
  days(): Promise<string[]>;
  entriesOf(day: string): Promise<AuditEntry[]>;
}

/** Somebody else who knows people, by OpenID Connect. Refusals are `identity-refused`, silence `identity-provider-unreachable`. */
export interface IdentityProvider {
  /** Where the browser is sent to sign in, and what it must bring back. */
  begin(settings: IdentitySettings, redirectUri: string): Promise<{ url: string; pending: PendingSignIn }>;
  /** What is said of the person who came back to that address. */
  finish(settings: IdentitySettings, url: string, pending: PendingSignIn): Promise<Record<string, unknown>>;
  /** What a bearer token says, if it is the provider's and for this service. */
  verify(settings: IdentitySettings, token: string, now: Date): Promise<Record<string, unknown>>;
}

export interface IdentitySettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly audience?: string;
  readonly algorithms: readonly string[];
}

export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who is signed in to pages, kept beside the archive: a restart of the API signs nobody out. */
export interface SessionStore {
  session(key: string): Promise<SessionRecord | undefined>;
  put(key: string, record: SessionRecord): Promise<void>;
  remove(key: string): Promise<void>;
  /** Removes those that were last seen before that time. */
  removeOlder(than: Date): Promise<void>;
}

export interface SessionRecord {
  readonly login: string;
  /** How the person signed in; with a token also its hash, since the session ends with it. */
  readonly means:
    | { readonly kind: 'token'; readonly sha256: string }
    /** With the roles that the provider's claims meant. */
    | { readonly kind: 'oidc'; readonly name: string; readonly roles: readonly import('../domain/project.ts').Role[] };
  readonly openedAt: string;
  readonly seenAt: string;
}
