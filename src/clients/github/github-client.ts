import type { GitHubReads, GitHubWrites } from '../../activities/ports.ts';
import { assetReads, assetWrites } from './assets.ts';
import { checkReads } from './checks.ts';
import { issueReads, issueWrites } from './issues.ts';
import { type GitHubOptions, opener } from './octokit.ts';
import { pullReads, pullWrites } from './pulls.ts';
import { releaseReads, releaseWrites } from './releases.ts';
import { repositoryReads } from './repository.ts';

export type { GitHubOptions } from './octokit.ts';

/** GitHub as its REST API gives it, Enterprise hosts included. Lists are read to their end; nothing is sent twice. */
export function createGitHub(options: GitHubOptions = {}): GitHubReads & GitHubWrites {
  const open = opener(options);
  return {
    ...repositoryReads(open),
    ...pullReads(open),
    ...checkReads(open),
    ...releaseReads(open),
    ...assetReads(open),
    ...issueReads(open),
    ...pullWrites(open),
    ...releaseWrites(open),
    ...assetWrites(open),
    ...issueWrites(open),
  };
}
