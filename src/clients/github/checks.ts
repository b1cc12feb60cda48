import type { GitHubReads } from '../../activities/ports.ts';
import type { Open } from './octokit.ts';

type Check = Awaited<ReturnType<GitHubReads['checks']>>[number];
type Dated = Check & { readonly at: string };

export function checkReads(open: Open): Pick<GitHubReads, 'checks'> {
  return {
    /** Actions and Apps report check runs, older services statuses; a name that was run again counts as it ended last. */
    async checks(access, sha) {
      const { octokit, rest, at } = open(access);
      const asked = { ...at, ref: sha, per_page: 100 };
      const [runs, statuses] = await Promise.all([
        octokit.paginate(rest.checks.listForRef, { ...asked, filter: 'latest' }),
        octokit.paginate(rest.repos.listCommitStatusesForRef, asked),
      ]);
      return newestOfEachName([
        ...runs.map((run) => ({
          name: run.name,
          state: run.status === 'completed' ? ofConclusion(run.conclusion) : ('pending' as const),
          url: run.html_url ?? '',
          at: run.started_at ?? '',
        })),
        ...statuses.map((status) => ({
          name: status.context,
          state: ofStatus(status.state),
          url: status.target_url ?? '',
          at: status.created_at,
        })),
      ]);
    },
  };
}

function ofConclusion(conclusion: string | null): Check['state'] {
  if (conclusion === 'success') return 'success';
  return conclusion === 'neutral' || conclusion === 'skipped' ? 'neutral' : 'failure';
}

function ofStatus(state: string): Check['state'] {
  return state === 'success' || state === 'pending' ? state : 'failure';
}

/** Both lists come newest first, so of two in the same second the first one holds. */
function newestOfEachName(all: readonly Dated[]): Check[] {
  const newest = new Map<string, Dated>();
  for (const check of all) {
    const other = newest.get(check.name);
    if (!other || check.at > other.at) newest.set(check.name, check);
  }
  return [...newest.values()].map(({ name, state, url }) => ({ name, state, url }));
}
