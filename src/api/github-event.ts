import { STATUS_CONTEXT } from '../domain/run/told.ts';

/** What a GitHub webhook says of the runs that it may concern; undefined where it concerns none. */
export interface GitHubEvent {
  /** owner/name in lower case. */
  readonly repository: string;
  /** undefined: it may concern any run of the project. */
  readonly branch?: string;
  readonly reason: string;
}

const MATTERING = new Set([
  ...['push', 'create', 'delete', 'pull_request', 'pull_request_review', 'pull_request_target'],
  ...['check_run', 'check_suite', 'status', 'workflow_run', 'release', 'branch_protection_rule'],
]);

export function readGitHubEvent(name: string, payload: unknown): GitHubEvent | undefined {
  if (!MATTERING.has(name)) return undefined;
  if (name === 'status' && textAt(payload, 'context') === STATUS_CONTEXT) return undefined; // a run told it, and waits for none of ours
  const repository = textAt(payload, 'repository', 'full_name');
  if (repository === undefined) return undefined;
  const action = textAt(payload, 'action');
  const branch = branchOf(payload);
  return {
    repository: repository.toLowerCase(),
    ...(branch === undefined ? {} : { branch }),
    reason: `GitHub: ${name}${action === undefined ? '' : ` ${action}`}`.slice(0, 100),
  };
}

function branchOf(payload: unknown): string | undefined {
  return (
    textAt(payload, 'pull_request', 'head', 'ref') ??
    textAt(payload, 'check_run', 'check_suite', 'head_branch') ??
    textAt(payload, 'check_suite', 'head_branch') ??
    textAt(payload, 'workflow_run', 'head_branch') ??
    textAt(payload, 'ref')?.replace(/^refs\/heads\//, '')
  );
}

function textAt(payload: unknown, ...path: string[]): string | undefined {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    payload,
  );
  return typeof value === 'string' ? value : undefined;
}

/**
 * A release branch concerns the runs of its version alone, whatever their stage; any other may concern all but rollbacks, which wait
 * for nothing on GitHub: their yank may take days, and each wake would lengthen their history.
 */
export function concerns({ branch }: GitHubEvent, { kind, version }: { kind: string; version: string }): boolean {
  if (kind === 'rollback') return false;
  const [, released] = /^(?:release|hotfix|rollback)\/v(.+)$/.exec(branch ?? '') ?? [];
  return released === undefined || released.split('-')[0] === version.split('-')[0];
}
