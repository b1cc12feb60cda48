import type { RestEndpointMethodTypes } from '@octokit/plugin-rest-endpoint-methods';
import type { GitHubReads, GitHubWrites, Issue } from '../../activities/ports.ts';
import type { Open } from './octokit.ts';

type Listed = RestEndpointMethodTypes['issues']['get']['response']['data'];

export function issueReads(open: Open): Pick<GitHubReads, 'issues'> {
  return {
    async issues(access, { state, labels = [], createdSince }) {
      const { octokit, rest, at } = open(access);
      const all = await octokit.paginate(rest.issues.listForRepo, {
        ...at,
        state,
        sort: 'created',
        direction: 'desc',
        per_page: 100,
        ...(labels.length > 0 ? { labels: labels.join(',') } : {}),
        // GitHub's own `since` looks at updates: whatever was created since was updated since.
        ...(createdSince === undefined ? {} : { since: createdSince }),
      });
      return all
        .filter((issue) => issue.pull_request === undefined)
        .filter((issue) => createdSince === undefined || Date.parse(issue.created_at) >= Date.parse(createdSince))
        .map((issue) => fromGitHub(issue));
    },
  };
}

export function issueWrites(open: Open): Pick<GitHubWrites, 'createIssue' | 'updateIssue'> {
  return {
    async createIssue(access, { title, body, labels }) {
      const { rest, at } = open(access);
      const { data } = await rest.issues.create({ ...at, title, body, labels: [...labels] });
      return fromGitHub(data);
    },

    async updateIssue(access, number, { labels, ...change }) {
      const { rest, at } = open(access);
      const { data } = await rest.issues.update({
        ...at,
        ...change,
        issue_number: number,
        ...(labels === undefined ? {} : { labels: [...labels] }),
      });
      return fromGitHub(data);
    },
  };
}

function fromGitHub(
  issue: Pick<Listed, 'number' | 'html_url' | 'title' | 'body' | 'state' | 'labels' | 'created_at'>,
): Issue {
  return {
    number: issue.number,
    url: issue.html_url,
    title: issue.title,
    body: issue.body ?? '',
    state: issue.state === 'open' ? 'open' : 'closed',
    labels: issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    createdAt: issue.created_at,
  };
}
