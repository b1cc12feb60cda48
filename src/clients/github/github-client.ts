import type { ActionsReads, ActionsWrites, GitHubReads, GitHubWrites } from '../../activities/ports.ts';
import { actionReads, actionWrites } from './actions.ts';
import { assetReads, assetWrites } from './assets.ts';
import { boardReads, boardWrites } from './boards.ts';
import { checkReads } from './checks.ts';
import { commentReads, commentWrites } from './comments.ts';
import { discussionReads, discussionWrites } from './discussions.ts';
import { issueReads, issueWrites } from './issues.ts';
import { milestoneReads, milestoneWrites } from './milestones.ts';
import { type GitHubOptions, opener } from './octokit.ts';
import { pullReads, pullWrites } from './pulls.ts';
import { releaseReads, releaseWrites } from './releases.ts';
import { repositoryReads } from './repository.ts';
import { statusReads, statusWrites } from './statuses.ts';

export type { GitHubOptions } from './octokit.ts';

/** GitHub as its REST API gives it, and GraphQL where that alone does; Enterprise hosts included. Lists are read to their end; nothing is sent twice. */
export function createGitHub(options: GitHubOptions = {}): GitHubReads & GitHubWrites & ActionsReads & ActionsWrites {
  const open = opener(options);
  return {
    ...repositoryReads(open),
    ...pullReads(open),
    ...checkReads(open),
    ...statusReads(open),
    ...commentReads(open),
    ...releaseReads(open),
    ...assetReads(open),
    ...issueReads(open),
    ...milestoneReads(open),
    ...discussionReads(open),
    ...boardReads(open),
    ...actionReads(open),
    ...pullWrites(open),
    ...statusWrites(open),
    ...commentWrites(open),
    ...releaseWrites(open),
    ...assetWrites(open),
    ...issueWrites(open),
    ...milestoneWrites(open),
    ...discussionWrites(open),
    ...boardWrites(open),
    ...actionWrites(open),
  };
}
