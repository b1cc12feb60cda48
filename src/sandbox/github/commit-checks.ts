import type { CheckRunRecord, RepositoryRecord, StatusRecord } from './record.ts';

/** The newest status of each context. */
export function newestStatuses({ statuses }: RepositoryRecord, sha: string): StatusRecord[] {
  const newest = new Map<string, StatusRecord>();
  for (const status of statuses) if (status.sha === sha) newest.set(status.context, status);
  return [...newest.values()];
}

/** The newest check run of each name. */
export function newestCheckRuns({ checkRuns }: RepositoryRecord, sha: string): CheckRunRecord[] {
  const newest = new Map<string, CheckRunRecord>();
  for (const run of checkRuns) if (run.sha === sha) newest.set(`${run.app}/${run.name}`, run);
  return [...newest.values()];
}

export function combinedState(statuses: readonly StatusRecord[]): 'success' | 'failure' | 'pending' {
  if (statuses.some(({ state }) => state === 'failure' || state === 'error')) return 'failure';
  return statuses.length > 0 && statuses.every(({ state }) => state === 'success') ? 'success' : 'pending';
}

const PASSED = ['success', 'neutral', 'skipped'];

/** Each check of a commit, by name, and whether it passed. */
export function checkResults(record: RepositoryRecord, sha: string): Map<string, boolean> {
  const results = new Map<string, boolean>();
  for (const { context, state } of newestStatuses(record, sha)) results.set(context, state === 'success');
  for (const { name, conclusion } of newestCheckRuns(record, sha)) {
    results.set(name, conclusion !== null && PASSED.includes(conclusion));
  }
  return results;
}

/** What a suite of check runs comes to. */
export function combinedConclusion(runs: readonly CheckRunRecord[]) {
  const conclusions = runs.map((run) => run.conclusion);
  if (conclusions.includes(null)) return { status: 'in_progress' as const, conclusion: null };
  const bad = conclusions.find((conclusion) => conclusion !== null && !PASSED.includes(conclusion));
  return { status: 'completed' as const, conclusion: bad ?? 'success' };
}
