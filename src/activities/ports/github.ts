import type { Digest } from './store.ts';

/** Where and as whom; `token` from the credential file of this very attempt. */
export interface GitHubAccess {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly token: string;
  /** Another token, where the one at hand is refused: an App's end by themselves. */
  readonly renew?: () => Promise<string>;
}

/** A GitHub App at one repository; `key` is its private key, from the credential file of this very attempt. */
export interface AppAccess {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly id: number;
  readonly installation?: number;
  readonly key: string;
}

/** What an App acts by where it is installed. */
export interface Installations {
  /** A token for this repository alone, with these permissions and no more; in memory until shortly before its end. */
  token(app: AppAccess, permissions: Permissions): Promise<{ token: string; renew: () => Promise<string> }>;
  /** What the installation was given. `permission-missing` where the App is not installed there, or suspended. */
  granted(app: AppAccess): Promise<Permissions>;
}

/** Such as `{ contents: 'write' }`. */
export type Permissions = Readonly<Record<string, string>>;

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

/** On an issue or a pull request. */
export interface Comment {
  readonly id: number;
  readonly url: string;
  readonly body: string;
  /** Login of whoever wrote it. */
  readonly author: string;
}

export interface CommitStatus {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string;
  readonly targetUrl: string | null;
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
  /** The newest of this name. */
  status(access: GitHubAccess, sha: string, context: string): Promise<CommitStatus | undefined>;
  /** Of an issue or a pull request, the oldest first. */
  comments(access: GitHubAccess, number: number): Promise<Comment[]>;
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
  createStatus(access: GitHubAccess, sha: string, status: CommitStatus & { context: string }): Promise<void>;
  createComment(access: GitHubAccess, number: number, body: string): Promise<Comment>;
  updateComment(access: GitHubAccess, id: number, body: string): Promise<Comment>;
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
