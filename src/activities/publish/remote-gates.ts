import { Problem } from '../../domain/problem.ts';
import { STATUS_CONTEXT } from '../../domain/run/told.ts';
import type { PublishActivities } from '../index.ts';
import type { GitHubAccess, PullRequest } from '../ports.ts';
import { repositoryOf } from '../repository.ts';
import type { PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

/** Each commit costs two calls, and GitHub allows a few thousand an hour. */
const MOST_COMMITS = 300;

/** Gates that ask GitHub: they need a credential, and run no project code. */
export function remoteGateActivities(deps: PublishDeps): Pick<PublishActivities, 'checkReviewed' | 'checkChecks'> {
  const { git, github } = deps;

  return {
    async checkReviewed({ project, source }) {
      const access = await required(deps, project);
      const folder = await repositoryOf(deps, [source.bundle]);
      const all = await git.log(folder, source.last?.commit ?? null, source.base, { limit: MOST_COMMITS + 1 });
      // A merge is reviewed by way of what it merges; Slipway's own commits by way of the release's pull request.
      const commits = all.filter((commit) => commit.parents.length < 2 && commit.author.email !== 'slipway@localhost');
      if (all.length > MOST_COMMITS)
        throw new Problem(
          'unreviewed-commits',
          `more than ${MOST_COMMITS} commits since the last release: too many to look at`,
        );
      const pulls = new Map<number, boolean>();
      const faults: string[] = [];
      for (const commit of commits) {
        if (!(await isReviewed(access, commit.sha, pulls)))
          faults.push(`${commit.sha.slice(0, 12)} ${commit.message.split('\n')[0]}`);
      }
      if (faults.length > 0) {
        throw new Problem(
          'unreviewed-commits',
          `${faults.length} of ${commits.length} commits came in without an approved pull request`,
          { faults: faults.slice(0, 50) },
        );
      }
      return {
        summary: `${commits.length} commits, all reviewed`,
        evidence: [{ name: 'commits', value: commits.length }],
      };
    },

    async checkChecks({ project, candidate }) {
      const all = await github.checks(await required(deps, project), candidate.commit);
      const checks = all.filter((one) => one.name !== STATUS_CONTEXT); // ours says how an earlier run of the commit stands
      const failed = checks.filter((one) => one.state === 'failure');
      if (failed.length > 0) {
        throw new Problem(
          'checks-failed',
          `${failed.map((one) => one.name).join(', ')} failed on ${candidate.commit}`,
          {
            faults: failed.map((one) => `${one.name}: ${one.url}`),
          },
        );
      }
      const pending = checks.filter((one) => one.state === 'pending');
      if (pending.length > 0)
        throw new Problem('not-yet', `${pending.map((one) => one.name).join(', ')} still run on ${candidate.commit}`);
      if (checks.length === 0) throw new Problem('not-yet', `${candidate.commit} has no checks yet`);
      return {
        summary: `${checks.length} checks passed`,
        evidence: checks.map((one) => ({ name: one.name, url: one.url })).slice(0, 20),
      };
    },
  };

  async function isReviewed(access: GitHubAccess, sha: string, known: Map<number, boolean>): Promise<boolean> {
    for (const pull of await github.pullRequestsOfCommit(access, sha)) {
      if (!pull.merged) continue;
      if (!known.has(pull.number)) known.set(pull.number, await isApproved(access, pull));
      if (known.get(pull.number)) return true;
    }
    return false;
  }

  async function isApproved(access: GitHubAccess, pull: PullRequest): Promise<boolean> {
    const reviews = await github.reviews(access, pull.number);
    return reviews.some((review) => review.state === 'APPROVED' && review.user !== pull.author);
  }
}
