import { Hono } from 'hono';
import { needs } from '../access.ts';
import { readBody } from '../body.ts';
import { ruleOf } from '../branch-rules.ts';
import { store } from '../change.ts';
import { readCommit } from '../git/objects.ts';
import { branchHead, listRefs } from '../git/refs.ts';
import { pageOf } from '../paging.ts';
import type { BranchRule } from '../record.ts';
import { notFound, refuse } from '../refusals.ts';
import { branchShape, protectionShape, rulesShape, wholeBranchShape } from '../shapes/branch.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_BRANCHES = '/repos/:owner/:repo/branches';

export function branchRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_BRANCHES, async (c) => {
      const { world, repository } = c.var;
      const wanted = c.req.query('protected');
      const branches = (await listRefs(repository.git, 'refs/heads/'))
        .map(({ name, sha }) => branchShape(world, repository, name.slice('refs/heads/'.length), sha))
        .filter((branch) => wanted === undefined || String(branch.protected) === wanted);
      return c.json(pageOf(c, branches, `${repositoryUrl(world, repository)}/branches`));
    })
    .get(`${AT_BRANCHES}/:branch`, async (c) => {
      const { world, repository } = c.var;
      const { branch, head } = await existing(c);
      return c.json(wholeBranchShape(world, repository, branch, (await readCommit(repository.git, head))!));
    })
    .get(`${AT_BRANCHES}/:branch/protection`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const { branch } = await existing(c);
      const rule = ruleOf(repository.record, branch);
      if (rule?.kind !== 'classic') throw refuse(404, 'Branch not protected');
      return c.json(protectionShape(world, repository, branch, rule));
    })
    .put(`${AT_BRANCHES}/:branch/protection`, needs('admin'), async (c) => {
      const { world, repository } = c.var;
      const { branch } = await existing(c);
      const rule = await requestedRule(c, branch);
      await store(c, { action: 'protect-branch', target: `${repository.fullName} ${branch}` }, () => () => {
        const { record } = repository;
        record.rules = [rule, ...record.rules.filter((each) => each.branch !== branch)];
      });
      return c.json(protectionShape(world, repository, branch, rule));
    })
    .delete(`${AT_BRANCHES}/:branch/protection`, needs('admin'), async (c) => {
      const { repository } = c.var;
      const { branch } = await existing(c);
      const plan = () => {
        const rule = ruleOf(repository.record, branch);
        if (rule?.kind !== 'classic') throw refuse(404, 'Branch not protected');
        return () => {
          repository.record.rules = repository.record.rules.filter((each) => each !== rule);
        };
      };
      await store(c, { action: 'unprotect-branch', target: `${repository.fullName} ${branch}` }, plan);
      return c.body(null, 204);
    })
    .get('/repos/:owner/:repo/rules/branches/:branch', (c) => {
      const { repository, world } = c.var;
      const branch = c.req.param('branch');
      const rule = ruleOf(repository.record, branch);
      const rules = rule?.kind === 'ruleset' ? rulesShape(repository, rule) : [];
      return c.json(
        pageOf(c, rules, `${repositoryUrl(world, repository)}/rules/branches/${encodeURIComponent(branch)}`),
      );
    });
}

async function existing(c: Ctx): Promise<{ branch: string; head: string }> {
  const branch = c.req.param('branch')!;
  const head = await branchHead(c.var.repository.git, branch);
  if (head === undefined) throw branch === '' ? notFound() : refuse(404, 'Branch not found');
  return { branch, head };
}

async function requestedRule(c: Ctx, branch: string): Promise<BranchRule> {
  const body = await readBody(c);
  const reviews = body.object('required_pull_request_reviews');
  const checks = body.object('required_status_checks');
  return {
    branch,
    kind: 'classic',
    pullRequest: reviews !== undefined,
    approvals: reviews ? (reviews.maybeNumber('required_approving_review_count') ?? 1) : 0,
    dismissStaleReviews: reviews?.flag('dismiss_stale_reviews') ?? false,
    requireLastPushApproval: reviews?.flag('require_last_push_approval') ?? false,
    checks: checks?.texts('contexts') ?? [],
    strictChecks: checks?.flag('strict') ?? false,
    mergeMethods: ['merge', 'squash', 'rebase'],
  };
}
