import { marker } from '../../domain/marker.ts';
import { urgentBody, urgentTitle } from '../../domain/rollback-words.ts';
import { reasonOf } from '../../domain/run/request.ts';
import type { PublishActivities } from '../index.ts';
import type { GitHubAccess, Issue } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

/** The issue that users find first: opened once, and closed with what became of it. */
export function urgentIssueActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensureUrgentIssue' | 'ensureUrgentIssueClosed'> {
  const { github } = deps;

  return {
    async ensureUrgentIssue({ facts, ...context }) {
      const { id, procedure, project } = context;
      const access = await required(deps, project);
      const [found] = await openIssuesOf(deps, access, id);
      if (found) return told(found, `#${found.number} is open already`, true);
      const words = { package: project.package, facts, reason: reasonOf(procedure) };
      const body = `${urgentBody(words)}\n\n${marker(id)}`;
      const issue = await github.createIssue(access, { title: urgentTitle(facts.bad.tag), body, labels: [] });
      return told(issue, `opened #${issue.number}`, false);
    },

    /** Among the open ones: all that a repository ever had may be tens of thousands. */
    async ensureUrgentIssueClosed({ number, ending, ...context }) {
      const access = await required(deps, context.project);
      const issue = (await github.issues(access, { state: 'open' })).find((one) => one.number === number);
      if (!issue) return { summary: `#${number} is closed already`, adopted: true };
      return closeIssue(deps, access, { issue, ending });
    },
  };
}

export async function openIssuesOf({ github }: PublishDeps, access: GitHubAccess, id: string): Promise<Issue[]> {
  return (await github.issues(access, { state: 'open' })).filter(({ body }) => body.includes(marker(id)));
}

/** What was said at first stays, for whoever comes by a link. */
export async function closeIssue(
  { github }: PublishDeps,
  access: GitHubAccess,
  { issue, ending }: { issue: Issue; ending: string },
) {
  const body = `${issue.body}\n\n**How it ended:** ${ending}`;
  await github.updateIssue(access, issue.number, { body, state: 'closed' });
  return { summary: `closed #${issue.number}` };
}

function told({ number, url }: Issue, summary: string, adopted: boolean) {
  return { number, url, summary, adopted, evidence: [{ name: 'issue', url }] };
}
