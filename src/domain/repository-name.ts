import { Problem } from './problem.ts';

export interface RepositoryName {
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
}

/** Owner and name of `https://host/owner/repo.git`, `ssh://git@host/owner/repo` or `git@host:owner/repo.git`. */
export function repositoryName(url: string): RepositoryName {
  const match = /^(?:[a-z]+:\/\/(?:[^@/]+@)?|[^@/:]+@)([^/:]+(?::\d+)?)[/:]([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url);
  if (!match) throw new Problem('project-invalid', `${url} names no owner and repository`);
  return { host: match[1]!, owner: match[2]!, repo: match[3]! };
}

/** GitHub's own API, or that of a GitHub Enterprise Server on the repository's host. */
export function apiUrlOf({ host }: RepositoryName): string {
  return host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`;
}
