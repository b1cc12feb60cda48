import type { Fault } from '../../src/sandbox/faults.ts';
import type { Hook } from '../../src/sandbox/journal.ts';
import { concerns, told } from './outside.ts';
import type { World } from './world.ts';

export type Answer = Omit<Fault, 'server' | 'when' | 'target' | 'action'>;

/** Before anything is stored. */
export const REFUSALS: readonly Answer[] = [
  { status: 500 },
  { status: 503 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 502 },
];

/** Once it is stored. */
export const LOST_ANSWERS: readonly Answer[] = [
  { status: 504 },
  { status: 500 },
  { status: 429, headers: { 'retry-after': '1' } },
];

/** Every change of the project is met once by one of the answers, in turn. */
export function eachChangeOnce(
  { journal }: World,
  project: string,
  { when, answers }: { when: Fault['when']; answers: readonly Answer[] },
): () => void {
  const met = new Set<string>();
  return journal.onPoint((point, change) => {
    const key = `${change.server} ${change.action} ${change.target}`;
    if (point !== 'before-store' || !concerns(project, change) || met.has(key)) return;
    journal.fault({ ...change, when, times: 1, ...answers[met.size % answers.length] });
    met.add(key);
  });
}

/**
 * Meets every change of a project twice: refused as it arrives; and at the repeat stored, but answered by an error. `met` gets each
 * change that had both; what people do is left to them.
 */
export function troublingTwice(
  { journal }: World,
  project: string,
  { met, byPeople = [] }: { met: string[]; byPeople?: readonly string[] },
): Hook {
  const refused = new Set<string>();
  let count = 0;
  return (point, change) => {
    if (point !== 'before-store' || !concerns(project, change) || byPeople.includes(change.action)) return;
    const key = `${change.server} ${change.action} ${change.target}`;
    const again = refused.delete(key);
    if (again) met.push(told(project, change));
    else refused.add(key);
    const answers = again ? LOST_ANSWERS : REFUSALS;
    journal.fault({ ...change, when: again ? 'after' : 'before', times: 1, ...answers[count % answers.length] });
    count += 1;
  };
}
