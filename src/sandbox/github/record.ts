import type { WorkflowRunRecord } from './actions/run-record.ts';
import type { Scope } from './people.ts';

/** All that a repository is besides git: one JSON file. Times are ISO 8601, people logins. */
export interface RepositoryRecord {
  id: number;
  owner: string;
  name: string;
  private: boolean;
  description: string | null;
  defaultBranch: string;
  createdAt: string;
  pushedAt: string;
  nextId: number;
  nextNumber: number;
  /** null: everyone, with the rights of their tokens. */
  collaborators: Record<string, Scope> | null;
  mergeMethods: MergeMethod[];
  deleteBranchOnMerge: boolean;
  rules: BranchRule[];
  immutableReleases: boolean;
  /** Tags of immutable releases, which can never be used again. */
  lockedTags: string[];
  /** The release that somebody made the latest. */
  latestRelease: number | null;
  issues: IssueRecord[];
  releases: ReleaseRecord[];
  labels: LabelRecord[];
  milestones: MilestoneRecord[];
  statuses: StatusRecord[];
  checkRuns: CheckRunRecord[];
  hooks: HookRecord[];
  /** Absent in records from before there were any. */
  discussions?: DiscussionRecord[];
  /** Project boards of the owner's; GitHub keeps them beside the repositories. */
  boards?: BoardRecord[];
  workflowRuns?: WorkflowRunRecord[];
}

export interface DiscussionRecord {
  id: number;
  number: number;
  category: string;
  title: string;
  body: string;
  author: string;
  createdAt: string;
}

export interface BoardRecord {
  id: number;
  number: number;
  title: string;
  /** Without options: of free text. */
  fields: { id: number; name: string; options: { id: string; name: string }[] | null }[];
  items: BoardItemRecord[];
}

export interface BoardItemRecord {
  id: number;
  issue: number;
  /** By the field's name. */
  values: Record<string, string>;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface BranchRule {
  branch: string;
  /** Old branch protection shows under `…/protection`, a ruleset under `…/rules/branches/…`. */
  kind: 'ruleset' | 'classic';
  /** Nobody pushes to the branch: it moves by pull requests alone. */
  pullRequest: boolean;
  approvals: number;
  dismissStaleReviews: boolean;
  requireLastPushApproval: boolean;
  checks: string[];
  /** The branch must be up to date before it is merged. */
  strictChecks: boolean;
  mergeMethods: MergeMethod[];
}

export interface IssueRecord {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | 'duplicate' | null;
  author: string;
  labels: string[];
  milestone: number | null;
  assignees: string[];
  comments: CommentRecord[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: string | null;
  pull: PullPart | null;
}

/** Every pull request is an issue, with this beside it. */
export interface PullPart {
  id: number;
  head: { ref: string; sha: string };
  base: { ref: string; sha: string };
  draft: boolean;
  pushedBy: string;
  reviews: ReviewRecord[];
  reviewers: string[];
  mergedAt: string | null;
  mergedBy: string | null;
  mergeCommit: string | null;
}

export interface PullRecord extends IssueRecord {
  pull: PullPart;
}

export interface ReviewRecord {
  id: number;
  author: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  body: string;
  commit: string;
  submittedAt: string | null;
}

export interface CommentRecord {
  id: number;
  author: string;
  body: string;
  createdAt: string;
  updatedAt: string;
}

export interface ReleaseRecord {
  id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  immutable: boolean;
  author: string;
  createdAt: string;
  updatedAt: string;
  publishedAt: string | null;
  assets: AssetRecord[];
}

export interface AssetRecord {
  id: number;
  name: string;
  label: string | null;
  contentType: string;
  size: number;
  /** null: the upload broke off, and what is left holds the name. */
  digest: string | null;
  downloads: number;
  uploader: string;
  createdAt: string;
  updatedAt: string;
}

export interface LabelRecord {
  id: number;
  name: string;
  color: string;
  description: string | null;
  default: boolean;
}

export interface MilestoneRecord {
  id: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  creator: string;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  dueOn: string | null;
}

export interface StatusRecord {
  id: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: string;
  createdAt: string;
}

export interface CheckRunRecord {
  id: number;
  suite: number;
  name: string;
  sha: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  externalId: string;
  detailsUrl: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  app: string;
  startedAt: string;
  completedAt: string | null;
}

export interface HookRecord {
  id: number;
  url: string;
  secret: string | null;
  contentType: 'json' | 'form';
  insecureSsl: string;
  events: string[];
  active: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface DeliveryRecord {
  id: number;
  hook: number;
  guid: string;
  event: string;
  action: string | null;
  deliveredAt: string;
  redelivery: boolean;
  seconds: number;
  statusCode: number;
  status: string;
  requestHeaders: Record<string, string>;
  payload: unknown;
  responseHeaders: Record<string, string>;
  responseBody: string;
}
