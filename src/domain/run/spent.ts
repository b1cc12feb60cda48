import type { Outcome } from './state.ts';

const SPENT: readonly string[] = ['released', 'rolled-back', 'abandoned'] satisfies Outcome[];

/** Has a run that ended like this used its version up? */
export function spendsVersion(outcome: string): boolean {
  return SPENT.includes(outcome);
}
