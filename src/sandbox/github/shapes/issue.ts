import type { CommentRecord, IssueRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { associationOf } from './association.ts';
import { labelShapes } from './label.ts';
import { milestoneOf } from './milestone.ts';
import { nodeId } from './node-id.ts';
import { pullPage, pullUrl } from './pull.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

export function issueUrl(world: World, repository: Repository, { number }: IssueRecord): string {
  return `${repositoryUrl(world, repository)}/issues/${number}`;
}

export function issuePage(world: World, repository: Repository, issue: IssueRecord): string {
  return `${repositoryPage(world, repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
}

export function issueShape(world: World, repository: Repository, issue: IssueRecord) {
  const url = issueUrl(world, repository, issue);
  const assignees = issue.assignees.map((login) => userShape(world, login));
  return {
    url,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issuePage(world, repository, issue),
    id: issue.id,
    node_id: nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(world, issue.author),
    labels: labelShapes(world, repository, issue.labels),
    state: issue.state,
    locked: false,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: milestoneOf(world, repository, issue.milestone),
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(repository, issue.author),
    active_lock_reason: null,
    body: issue.body,
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    reactions: noReactions(url),
    state_reason: issue.pull ? null : issue.stateReason,
    ...(issue.pull ? { draft: issue.pull.draft, pull_request: pullLinks() } : {}),
  };

  function pullLinks() {
    const page = pullPage(world, repository, issue.number);
    return {
      url: pullUrl(world, repository, issue.number),
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: issue.pull!.mergedAt,
    };
  }
}

function noReactions(url: string) {
  const none = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return { url: `${url}/reactions`, total_count: 0, ...none };
}

/** One issue by itself also says who closed it. */
export function wholeIssueShape(world: World, repository: Repository, issue: IssueRecord) {
  return {
    ...issueShape(world, repository, issue),
    closed_by: issue.closedBy === null ? null : userShape(world, issue.closedBy),
  };
}

export function commentShape(world: World, repository: Repository, issue: IssueRecord, comment: CommentRecord) {
  return {
    url: `${repositoryUrl(world, repository)}/issues/comments/${comment.id}`,
    html_url: `${issuePage(world, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(world, repository, issue),
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userShape(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(repository, comment.author),
    performed_via_github_app: null,
  };
}
