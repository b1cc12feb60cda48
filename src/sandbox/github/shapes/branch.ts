import { ruleOf } from '../branch-rules.ts';
import type { Commit } from '../git/objects.ts';
import type { BranchRule } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { commitShape, commitUrl } from './commit.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

export function branchUrl(world: World, repository: Repository, branch: string): string {
  return `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(branch)}`;
}

export function branchShape(world: World, repository: Repository, branch: string, sha: string) {
  const rule = ruleOf(repository.record, branch);
  return {
    name: branch,
    commit: { sha, url: commitUrl(world, repository, sha) },
    protected: rule !== undefined,
    protection: protectionSummary(rule),
    protection_url: `${branchUrl(world, repository, branch)}/protection`,
  };
}

/** A branch by itself. A ruleset makes it protected too, though it shows only under `rules/branches`. */
export function wholeBranchShape(world: World, repository: Repository, branch: string, commit: Commit) {
  return {
    ...branchShape(world, repository, branch, commit.sha),
    commit: commitShape(world, repository, commit),
    _links: {
      self: branchUrl(world, repository, branch),
      html: `${repositoryPage(world, repository)}/tree/${branch}`,
    },
  };
}

function protectionSummary(rule: BranchRule | undefined) {
  const checks = rule?.kind === 'classic' ? rule.checks : [];
  return {
    enabled: rule?.kind === 'classic',
    required_status_checks: {
      enforcement_level: checks.length > 0 ? 'non_admins' : 'off',
      contexts: checks,
      checks: checks.map((context) => ({ context, app_id: null })),
    },
  };
}

/** `GET …/branches/{branch}/protection`: the older kind of rule. */
export function protectionShape(world: World, repository: Repository, branch: string, rule: BranchRule) {
  const url = `${branchUrl(world, repository, branch)}/protection`;
  const reviews = {
    required_pull_request_reviews: {
      url: `${url}/required_pull_request_reviews`,
      dismiss_stale_reviews: rule.dismissStaleReviews,
      require_code_owner_reviews: false,
      require_last_push_approval: rule.requireLastPushApproval,
      required_approving_review_count: rule.approvals,
    },
  };
  const checks = {
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: rule.strictChecks,
      contexts: rule.checks,
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: rule.checks.map((context) => ({ context, app_id: null })),
    },
  };
  const off = { enabled: false };
  return {
    url,
    ...(rule.checks.length > 0 ? checks : {}),
    ...(rule.pullRequest ? reviews : {}),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: true },
    required_linear_history: off,
    allow_force_pushes: off,
    allow_deletions: off,
    block_creations: off,
    required_conversation_resolution: off,
    lock_branch: off,
    allow_fork_syncing: off,
  };
}

/** `GET …/rules/branches/{branch}`: what rulesets say of a branch, each rule by itself. */
export function rulesShape({ fullName, record }: Repository, rule: BranchRule) {
  const source = { ruleset_source_type: 'Repository', ruleset_source: fullName, ruleset_id: record.id };
  const pullRequest = {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: rule.approvals,
      dismiss_stale_reviews_on_push: rule.dismissStaleReviews,
      require_code_owner_review: false,
      require_last_push_approval: rule.requireLastPushApproval,
      required_review_thread_resolution: false,
      allowed_merge_methods: rule.mergeMethods,
    },
  };
  const checks = {
    type: 'required_status_checks',
    parameters: {
      required_status_checks: rule.checks.map((context) => ({ context })),
      strict_required_status_checks_policy: rule.strictChecks,
      do_not_enforce_on_create: false,
    },
  };
  const rules = [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    ...(rule.pullRequest ? [pullRequest] : []),
    ...(rule.checks.length > 0 ? [checks] : []),
  ];
  return rules.map((each) => ({ ...each, ...source }));
}
