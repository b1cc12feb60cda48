import { isoSeconds } from './git/objects.ts';
import { branchHead, isAncestor } from './git/refs.ts';
import type { Repository } from './repository.ts';

/** A sandbox that died between git and its record: git is right, and open pull requests follow it; no job lives on. */
export async function reconcile(repository: Repository): Promise<void> {
  const { git } = repository;
  await repository.alone(async () => {
    for (const run of repository.record.workflowRuns ?? [])
      if (run.status !== 'completed') Object.assign(run, { status: 'completed', conclusion: 'cancelled' });
    for (const issue of repository.pulls().filter((each) => each.state === 'open')) {
      const { pull } = issue;
      pull.head.sha = (await branchHead(git, pull.head.ref)) ?? pull.head.sha;
      const base = await branchHead(git, pull.base.ref);
      if (base === undefined || !(await isAncestor(git, pull.head.sha, base))) continue;
      const now = isoSeconds(new Date());
      Object.assign(issue, { state: 'closed', closedAt: now, closedBy: issue.author, updatedAt: now });
      Object.assign(pull, { mergedAt: now, mergedBy: issue.author, mergeCommit: base });
    }
  });
}
