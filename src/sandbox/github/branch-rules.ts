import type { BranchRule, PullRecord, RepositoryRecord, ReviewRecord } from './record.ts';

/** The rule of a branch; `*` in a rule's branch stands for anything. */
export function ruleOf({ rules }: RepositoryRecord, branch: string): BranchRule | undefined {
  return rules.find((rule) => matches(rule.branch, branch));
}

function matches(pattern: string, branch: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(branch);
}

/** The last word of each reviewer: comments don't take an approval back. */
export function standingReviews({ pull }: PullRecord): ReviewRecord[] {
  const last = new Map<string, ReviewRecord>();
  for (const review of pull.reviews) {
    if (review.state !== 'PENDING' && review.state !== 'COMMENTED') last.set(review.author, review);
  }
  return [...last.values()];
}

/** Approvals that a rule counts: with write access, and after the last push where the rule says so. */
export function countedApprovals(issue: PullRecord, rule: BranchRule, mayWrite: (login: string) => boolean): number {
  const { pull } = issue;
  return standingReviews(issue).filter((review) => {
    if (review.state !== 'APPROVED' || !mayWrite(review.author)) return false;
    return !rule.requireLastPushApproval || (review.commit === pull.head.sha && review.author !== pull.pushedBy);
  }).length;
}

/** What the rule finds missing, in GitHub's words. */
export function missingReviews(
  issue: PullRecord,
  rule: BranchRule,
  mayWrite: (login: string) => boolean,
): string | undefined {
  const refused = standingReviews(issue).some((each) => each.state === 'CHANGES_REQUESTED' && mayWrite(each.author));
  if (rule.approvals > 0 && refused) return 'Changes have been requested.';
  const counted = countedApprovals(issue, rule, mayWrite);
  if (counted >= rule.approvals) return undefined;
  if (
    rule.requireLastPushApproval &&
    countedApprovals(issue, { ...rule, requireLastPushApproval: false }, mayWrite) >= rule.approvals
  ) {
    return 'New changes require approval from someone other than the last pusher.';
  }
  const reviews = rule.approvals === 1 ? 'approving review is' : 'approving reviews are';
  return `At least ${rule.approvals} ${reviews} required by reviewers with write access.`;
}
