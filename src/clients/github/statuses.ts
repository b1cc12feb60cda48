import type { GitHubReads, GitHubWrites } from '../../activities/ports.ts';
import type { Open } from './octokit.ts';

export function statusReads(open: Open): Pick<GitHubReads, 'status'> {
  return {
    async status(access, sha, context) {
      const { octokit, rest, at } = open(access);
      const all = await octokit.paginate(rest.repos.listCommitStatusesForRef, { ...at, ref: sha, per_page: 100 });
      const newest = all.find((one) => one.context === context); // they come newest first
      return (
        newest && {
          state: newest.state as 'pending',
          description: newest.description ?? '',
          targetUrl: newest.target_url ?? null,
        }
      );
    },
  };
}

export function statusWrites(open: Open): Pick<GitHubWrites, 'createStatus'> {
  return {
    async createStatus(access, sha, { state, description, targetUrl, context }) {
      const { rest, at } = open(access);
      const target = targetUrl === null ? {} : { target_url: targetUrl };
      await rest.repos.createCommitStatus({ ...at, sha, state, description, context, ...target });
    },
  };
}
