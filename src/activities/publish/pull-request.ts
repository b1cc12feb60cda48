import { marker } from '../../domain/marker.ts';
import { Problem } from '../../domain/problem.ts';
import { countReviews } from '../../domain/reviews.ts';
import type { PublishActivities } from '../index.ts';
import type { GitHubAccess, PullRequest } from '../ports.ts';
import { githubAccess, type PublishDeps } from './deps.ts';

/** GitHub takes 65,536 characters; notes longer than that are cut, and the whole is in the changelog. */
const LONGEST_BODY = 60_000;

export function pullRequestActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensurePullRequest' | 'awaitReviews'> {
  const { github, store } = deps;

  return {
    async ensurePullRequest({ id, project, source, candidate, title, notes }) {
      const access = await required(deps, project);
      const filter = { head: source.releaseBranch.replace('refs/heads/', ''), base: project.branches.main };
      const found = (await github.pullRequests(access, filter)).find(
        (pull) => pull.state === 'open' || pull.head.sha === candidate.commit,
      );
      if (found && (found.state === 'open' || found.merged)) {
        assertHead(found, candidate.commit);
        return { number: found.number, url: found.url, summary: `#${found.number} is there`, adopted: true };
      }
      const body = `${(await store.text(notes.digest)).slice(0, LONGEST_BODY)}\n\n${marker(id)}`;
      const pull = await github.createPullRequest(access, { ...filter, title, body });
      return { number: pull.number, url: pull.url, summary: `opened #${pull.number}` };
    },

    async awaitReviews({ project, candidate, number }) {
      const access = await required(deps, project);
      const pull = await github.pullRequest(access, number);
      if (pull.merged) return { summary: `#${number} is merged already`, adopted: true };
      if (pull.state === 'closed') throw new Problem('pull-request-closed', `pull request #${number} was closed`);
      assertHead(pull, candidate.commit);
      const { approvedBy, changesWantedBy } = await reviewsOf(access, pull);
      const wanted =
        project.pullRequest.approvals ?? (await github.branchRules(access, project.branches.main)).approvals;
      if (changesWantedBy.length > 0)
        throw new Problem('not-yet', `${changesWantedBy.join(', ')} asked for changes on #${number}`);
      if (approvedBy.length < wanted)
        throw new Problem('not-yet', `#${number} has ${approvedBy.length} of ${wanted} approvals`);
      return {
        summary: wanted === 0 ? `no review is asked for by policy` : `approved by ${approvedBy.join(', ')}`,
        evidence: [
          { name: 'approvals', value: approvedBy.length },
          { name: 'pull request', url: pull.url },
        ],
      };
    },
  };

  async function reviewsOf(access: GitHubAccess, pull: PullRequest) {
    const reviews = await github.reviews(access, pull.number);
    const people = [...new Set(reviews.map(({ user }) => user))];
    const rights = await Promise.all(
      people.map(async (user) => ({ user, writes: await github.canWrite(access, user) })),
    );
    const writers = new Set(rights.filter(({ writes }) => writes).map(({ user }) => user));
    return countReviews({ reviews, head: pull.head.sha, author: pull.author, writers });
  }
}

export async function required(deps: PublishDeps, project: Parameters<typeof githubAccess>[1]): Promise<GitHubAccess> {
  const access = await githubAccess(deps, project);
  if (!access) throw new Problem('project-invalid', `${project.project} has no publish.github, which this step needs`);
  return access;
}

export function assertHead(pull: PullRequest, commit: string): void {
  if (pull.head.sha === commit) return;
  throw new Problem(
    'branch-moved',
    `pull request #${pull.number} is at ${pull.head.sha}, and what was tested and signed is ${commit}`,
  );
}
