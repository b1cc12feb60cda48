import type { PullRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { associationOf } from './association.ts';
import { labelShapes } from './label.ts';
import { milestoneOf } from './milestone.ts';
import { nodeId } from './node-id.ts';
import { repositoryPage, repositoryShape, repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

export function pullUrl(world: World, repository: Repository, number: number): string {
  return `${repositoryUrl(world, repository)}/pulls/${number}`;
}

export function pullPage(world: World, repository: Repository, number: number): string {
  return `${repositoryPage(world, repository)}/pull/${number}`;
}

/** A pull request as it stands in lists. Before it is merged, `merge_commit_sha` is that of the trial merge. */
export function pullShape(world: World, repository: Repository, issue: PullRecord, trialMerge: string | null) {
  const { number, pull } = issue;
  const url = pullUrl(world, repository, number);
  const page = pullPage(world, repository, number);
  const issues = `${repositoryUrl(world, repository)}/issues/${number}`;
  const statuses = `${repositoryUrl(world, repository)}/statuses/${pull.head.sha}`;
  const reviewComment = `${repositoryUrl(world, repository)}/pulls/comments{/number}`;
  const assignees = issue.assignees.map((login) => userShape(world, login));
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issues,
    number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: userShape(world, issue.author),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit ?? trialMerge,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.reviewers.map((login) => userShape(world, login)),
    requested_teams: [],
    labels: labelShapes(world, repository, issue.labels),
    milestone: milestoneOf(world, repository, issue.milestone),
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: reviewComment,
    comments_url: `${issues}/comments`,
    statuses_url: statuses,
    head: end(pull.head),
    base: end(pull.base),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issues },
      comments: { href: `${issues}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: reviewComment },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(repository, issue.author),
    auto_merge: null,
    active_lock_reason: null,
  };

  function end({ ref, sha }: { ref: string; sha: string }) {
    const { owner } = repository.record;
    return {
      label: `${owner}:${ref}`,
      ref,
      sha,
      user: userShape(world, owner),
      repo: repositoryShape(world, repository),
    };
  }
}

export interface PullFigures {
  mergeable: boolean | null;
  mergeableState: string;
  trialMerge: string | null;
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** One pull request by itself. */
export function wholePullShape(world: World, repository: Repository, issue: PullRecord, figures: PullFigures) {
  const { mergedAt, mergedBy } = issue.pull;
  return {
    ...pullShape(world, repository, issue, figures.trialMerge),
    merged: mergedAt !== null,
    mergeable: figures.mergeable,
    rebaseable: figures.mergeable,
    mergeable_state: figures.mergeableState,
    merged_by: mergedBy === null ? null : userShape(world, mergedBy),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: figures.commits,
    additions: figures.additions,
    deletions: figures.deletions,
    changed_files: figures.changedFiles,
  };
}
