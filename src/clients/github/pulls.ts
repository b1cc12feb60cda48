import type { RestEndpointMethodTypes } from '@octokit/plugin-rest-endpoint-methods';
import type { GitHubReads, GitHubWrites, PullRequest } from '../../activities/ports.ts';
import type { Open } from './octokit.ts';

type Endpoints = RestEndpointMethodTypes['pulls'];
type Listed = Endpoints['list']['response']['data'][number];
type Single = Endpoints['get']['response']['data'];

export function pullReads(
  open: Open,
): Pick<GitHubReads, 'pullRequests' | 'pullRequest' | 'pullRequestsOfCommit' | 'reviews'> {
  return {
    async pullRequests(access, { head, base }) {
      const { octokit, rest, at } = open(access);
      const all = await octokit.paginate(rest.pulls.list, {
        ...at,
        state: 'all',
        head: `${at.owner}:${head}`,
        base,
        sort: 'created',
        direction: 'desc',
        per_page: 100,
      });
      // GitHub ignores a filter that it can't read, and would then list every pull request.
      return all.filter((pull) => pull.head.ref === head && pull.base.ref === base).map(fromGitHub);
    },

    async pullRequest(access, number) {
      const { rest, at } = open(access);
      const { data } = await rest.pulls.get({ ...at, pull_number: number });
      return fromGitHub(data);
    },

    async pullRequestsOfCommit(access, sha) {
      const { octokit, rest, at } = open(access);
      const asked = { ...at, commit_sha: sha, per_page: 100 };
      return (await octokit.paginate(rest.repos.listPullRequestsAssociatedWithCommit, asked)).map(fromGitHub);
    },

    async reviews(access, number) {
      const { octokit, rest, at } = open(access);
      const all = await octokit.paginate(rest.pulls.listReviews, { ...at, pull_number: number, per_page: 100 });
      return all.map((review) => ({
        user: review.user?.login ?? '',
        state: review.state as 'APPROVED',
        commit: review.commit_id ?? '',
        at: review.submitted_at ?? '',
      }));
    },
  };
}

export function pullWrites(open: Open): Pick<GitHubWrites, 'createPullRequest' | 'updatePullRequest' | 'merge'> {
  return {
    async createPullRequest(access, pull) {
      const { rest, at } = open(access);
      const { data } = await rest.pulls.create({ ...at, ...pull });
      return fromGitHub(data);
    },

    async updatePullRequest(access, number, change) {
      const { rest, at } = open(access);
      await rest.pulls.update({ ...at, ...change, pull_number: number });
    },

    async merge(access, number, { sha, method, title, message }) {
      const { rest, at } = open(access);
      const { data } = await rest.pulls.merge({
        ...at,
        pull_number: number,
        sha,
        merge_method: method,
        commit_title: title,
        commit_message: message,
      });
      return { sha: data.sha };
    },
  };
}

function fromGitHub(pull: Listed | Single): PullRequest {
  const merged = pull.merged_at !== null;
  return {
    number: pull.number,
    url: pull.html_url,
    state: pull.state === 'open' ? 'open' : 'closed',
    merged,
    // Of an open one it is the merge that GitHub tried, which is on no branch.
    mergeCommit: merged ? pull.merge_commit_sha : null,
    head: { ref: pull.head.ref, sha: pull.head.sha },
    base: { ref: pull.base.ref, sha: pull.base.sha },
    title: pull.title,
    body: pull.body ?? '',
    author: pull.user?.login ?? '',
    mergeable: 'mergeable' in pull ? pull.mergeable : null,
  };
}
