import type { RestEndpointMethodTypes } from '@octokit/plugin-rest-endpoint-methods';
import type { GitHubReads, GitHubWrites, Milestone } from '../../activities/ports.ts';
import type { Open } from './octokit.ts';

type Listed = RestEndpointMethodTypes['issues']['getMilestone']['response']['data'];

export function milestoneReads(open: Open): Pick<GitHubReads, 'milestones' | 'tracked'> {
  return {
    async milestones(access) {
      const { octokit, rest, at } = open(access);
      const all = await octokit.paginate(rest.issues.listMilestones, { ...at, state: 'all', per_page: 100 });
      return all.map(fromGitHub);
    },

    async tracked(access, milestone) {
      const { octokit, rest, at } = open(access);
      const asked = { ...at, milestone: String(milestone), state: 'all' as const, per_page: 100 };
      const all = await octokit.paginate(rest.issues.listForRepo, asked);
      return all.map(({ number, node_id: node, state, labels }) => ({
        number,
        node,
        state: state === 'open' ? ('open' as const) : ('closed' as const),
        labels: labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
      }));
    },
  };
}

export function milestoneWrites(open: Open): Pick<GitHubWrites, 'createMilestone' | 'updateMilestone' | 'addLabels'> {
  return {
    /** GitHub keeps a day of its own coast: midnight UTC would be the day before. */
    async createMilestone(access, { title, dueOn }) {
      const { rest, at } = open(access);
      const due = dueOn === null ? {} : { due_on: `${dueOn}T12:00:00Z` };
      return fromGitHub((await rest.issues.createMilestone({ ...at, title, ...due })).data);
    },

    async updateMilestone(access, number, change) {
      const { rest, at } = open(access);
      return fromGitHub((await rest.issues.updateMilestone({ ...at, ...change, milestone_number: number })).data);
    },

    async addLabels(access, number, labels) {
      const { rest, at } = open(access);
      await rest.issues.addLabels({ ...at, issue_number: number, labels: [...labels] });
    },
  };
}

function fromGitHub({ number, html_url: url, title, state, open_issues: openIssues }: Listed): Milestone {
  return { number, url, title, state: state === 'open' ? 'open' : 'closed', openIssues };
}
