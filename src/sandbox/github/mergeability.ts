import { roleOf } from './access.ts';
import { missingReviews, ruleOf } from './branch-rules.ts';
import { checkResults } from './commit-checks.ts';
import { mergedTree, WEB_FLOW, writeCommit } from './git/merge.ts';
import { branchHead, isAncestor } from './git/refs.ts';
import { atLeast } from './people.ts';
import type { PullRecord } from './record.ts';
import type { Repository } from './repository.ts';
import type { World } from './world.ts';

export interface Mergeability {
  mergeable: boolean | null;
  state: 'clean' | 'dirty' | 'blocked' | 'behind' | 'unstable' | 'draft' | 'unknown';
  trialMerge: string | null;
  /** Why a rule keeps it from being merged, in GitHub's words. */
  refusal?: string;
}

const UNKNOWN: Mergeability = { mergeable: null, state: 'unknown', trialMerge: null };

/** Whether an open pull request could be merged now, by git and by the branch's rules. */
export async function mergeabilityOf(world: World, repository: Repository, issue: PullRecord): Promise<Mergeability> {
  const { pull, state } = issue;
  const base = await branchHead(repository.git, pull.base.ref);
  if (state === 'closed' || base === undefined) return UNKNOWN;
  const trialMerge = await tryMerge(repository, issue, base);
  if (trialMerge === null) return { mergeable: false, state: 'dirty', trialMerge };
  if (pull.draft) return { mergeable: true, state: 'draft', trialMerge };

  const rule = ruleOf(repository.record, pull.base.ref);
  const results = checkResults(repository.record, pull.head.sha);
  if (rule) {
    const mayWrite = (login: string) => atLeast(roleOf(world, repository, login), 'write');
    const waiting = rule.checks.filter((check) => results.get(check) !== true);
    const refusal = missingReviews(issue, rule, mayWrite) ?? missingChecks(waiting, rule.checks.length);
    if (refusal !== undefined) return { mergeable: true, state: 'blocked', trialMerge, refusal };
    if (rule.strictChecks && rule.checks.length > 0 && !(await isAncestor(repository.git, base, pull.head.sha))) {
      const refusal = 'Head branch is not up to date with the base branch.';
      return { mergeable: true, state: 'behind', trialMerge, refusal };
    }
  }
  const unstable = [...results.values()].includes(false);
  return { mergeable: true, state: unstable ? 'unstable' : 'clean', trialMerge };
}

function missingChecks(waiting: readonly string[], of: number): string | undefined {
  if (waiting.length === 0) return undefined;
  if (waiting.length === 1) return `Required status check "${waiting[0]}" is expected.`;
  return `${waiting.length} of ${of} required status checks are expected.`;
}

/** By the ends that they join: the same ends give the same commit. */
const trials = new WeakMap<Repository, Map<string, string | null>>();

/** The commit under `refs/pull/N/merge`; null where the two ends contradict. */
async function tryMerge(repository: Repository, issue: PullRecord, base: string): Promise<string | null> {
  const known = trials.get(repository) ?? new Map<string, string | null>();
  trials.set(repository, known);
  const key = `${issue.number} ${base} ${issue.pull.head.sha}`;
  const trial = known.get(key) ?? (await makeTrial(repository, issue, base));
  known.set(key, trial);
  return trial;
}

async function makeTrial({ git }: Repository, issue: PullRecord, base: string): Promise<string | null> {
  const { number, pull } = issue;
  const tree = await mergedTree(git, base, pull.head.sha);
  if (tree === undefined) return null;
  const when = { ...WEB_FLOW, date: issue.createdAt };
  const message = `Merge ${pull.head.sha} into ${base}`;
  const trial = await writeCommit(git, {
    tree,
    parents: [base, pull.head.sha],
    message,
    author: when,
    committer: when,
  });
  await git.attempt(['update-ref', `refs/pull/${number}/merge`, trial]);
  return trial;
}
