import type { GitHubReads } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { unless } from './failures.ts';
import type { Open, Repository } from './octokit.ts';

type Rules = Awaited<ReturnType<GitHubReads['branchRules']>>;

export function repositoryReads(open: Open): Pick<GitHubReads, 'repository' | 'branchRules' | 'canWrite'> {
  return {
    async repository(access) {
      const { rest, at } = open(access);
      const { data } = await unless([404], rest.repos.get(at), () => {
        const name = `${at.owner}/${at.repo}`;
        throw new Problem('permission-missing', `there is no repository ${name}, or the token may not see it`);
      });
      // The token of an App's installation is nobody's, and may not ask.
      const user = await unless([403], rest.users.getAuthenticated(), () => undefined);
      return {
        permissions: { push: data.permissions?.push ?? false, admin: data.permissions?.admin ?? false },
        defaultBranch: data.default_branch,
        login: user?.data.login ?? '',
        private: data.private,
      };
    },

    /** Rulesets, classic protection and the repository's own settings together: the strictest of each counts. */
    async branchRules(access, branch) {
      const github = open(access);
      const [rules, classic, settings] = await Promise.all([
        rulesetsOf(github, branch),
        classicProtection(github, branch),
        mergeSettings(github),
      ]);
      const all = [...rules, ...classic];
      const methods = all.flatMap((each) => (each.mergeMethods ? [each.mergeMethods] : [])).concat(settings);
      return {
        approvals: Math.max(0, ...all.map((each) => each.approvals)),
        dismissStale: all.some((each) => each.dismissStale),
        lastPushApproval: all.some((each) => each.lastPushApproval),
        mergeMethods: methods.length === 0 ? null : methods.reduce((a, b) => a.filter((method) => b.includes(method))),
      };
    },

    async canWrite(access, login) {
      const { rest, at } = open(access);
      const asked = rest.repos.getCollaboratorPermissionLevel({ ...at, username: login });
      const answer = await unless([404], asked, () => undefined);
      return answer !== undefined && ['admin', 'write'].includes(answer.data.permission);
    },
  };
}

async function rulesetsOf({ octokit, rest, at }: Repository, branch: string): Promise<Rules[]> {
  const rules = await octokit.paginate(rest.repos.getBranchRules, { ...at, branch, per_page: 100 });
  return rules.flatMap((rule): Rules[] => {
    if (rule.type === 'required_linear_history') return [{ ...noRules, mergeMethods: ['squash', 'rebase'] }];
    if (rule.type !== 'pull_request') return [];
    const parameters = rule.parameters;
    return [
      {
        approvals: parameters?.required_approving_review_count ?? 0,
        dismissStale: parameters?.dismiss_stale_reviews_on_push ?? false,
        lastPushApproval: parameters?.require_last_push_approval ?? false,
        mergeMethods: parameters?.allowed_merge_methods ?? null,
      },
    ];
  });
}

/** Only an administrator's token may read it; for others GitHub itself refuses the merge if it must. */
async function classicProtection({ rest, at }: Repository, branch: string): Promise<Rules[]> {
  const asked = rest.repos.getBranchProtection({ ...at, branch });
  const answer = await unless([403, 404], asked, () => undefined);
  if (!answer) return [];
  const { required_pull_request_reviews: reviews, required_linear_history: linear } = answer.data;
  return [
    {
      approvals: reviews?.required_approving_review_count ?? 0,
      dismissStale: reviews?.dismiss_stale_reviews ?? false,
      lastPushApproval: reviews?.require_last_push_approval ?? false,
      mergeMethods: linear?.enabled ? ['squash', 'rebase'] : null,
    },
  ];
}

async function mergeSettings({ rest, at }: Repository): Promise<string[][]> {
  const { data } = await rest.repos.get(at);
  const allowed = { merge: data.allow_merge_commit, squash: data.allow_squash_merge, rebase: data.allow_rebase_merge };
  // Absent for a token without push rights: then nothing is known.
  const methods = Object.keys(allowed).filter((method) => allowed[method as keyof typeof allowed] !== false);
  return methods.length === 3 ? [] : [methods];
}

const noRules: Rules = { approvals: 0, dismissStale: false, lastPushApproval: false, mergeMethods: null };
