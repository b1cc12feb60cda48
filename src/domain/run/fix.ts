import type { FixReadySignal } from './messages.ts';
import type { RunState } from './state.ts';

/** A person says that the fix is on the branch; the run looks for itself. */
export function applyFix(state: RunState, signal: FixReadySignal, now: string): string | undefined {
  const person = state.frozen!.people.find((one) => one.login === signal.by);
  if (!person) return `${signal.by} is not known to this service`;
  if (!person.roles.some((role) => role !== 'viewer')) return `${signal.by} may look only`;
  if (state.procedure.kind !== 'hotfix') return `a ${state.kind} waits for no fix`;
  if (state.procedure.commits.length > 0) return 'the fix is cherry-picked from the commits that were named';
  if (state.commit) return 'the fix is taken already: the release commit is made';
  state.fix = { by: signal.by, at: now, commits: [...signal.commits] };
  return undefined;
}
