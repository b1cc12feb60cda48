import { refusalOfSender } from '../authority.ts';
import type { FixReadySignal } from './messages.ts';
import type { RunState } from './state.ts';

/** A person says that the fix is on the branch; the run looks for itself. */
export function applyFix(state: RunState, signal: FixReadySignal, now: string): string | undefined {
  const refusal = refusalOfSender(state, signal.by, 'fix');
  if (refusal) return refusal;
  if (state.procedure.kind !== 'hotfix') return `a ${state.kind} waits for no fix`;
  if (state.procedure.commits.length > 0) return 'the fix is cherry-picked from the commits that were named';
  if (state.commit) return 'the fix is taken already: the release commit is made';
  state.fix = { by: signal.by, at: now, commits: [...signal.commits] };
  return undefined;
}
