import { SLIPWAY } from '../slipway.ts';
import type { PublishDeps } from './deps.ts';

interface Revert {
  readonly main: string;
  /** What is taken back, and the tree that stands in its place. */
  readonly bad: string;
  readonly tree: string;
  /** Further parents of the commit. */
  readonly also: readonly string[];
  readonly message: string;
  readonly time: number;
}

/**
 * A commit that takes another back, on top of main whatever came since. Where that conflicts it stands on what is taken back: merged
 * into main, it shows the conflict to the people who resolve it.
 */
export async function revertCommit({ git }: PublishDeps, folder: string, revert: Revert) {
  const { main, bad, tree, also, message, time } = revert;
  const made = { message, author: SLIPWAY, time };
  const inverse = await git.commitTree(folder, tree, { parents: [bad], ...made });
  const merged = await git.mergeTree(folder, main, inverse);
  const apart = () => git.commitTree(folder, tree, { parents: [bad, ...also], ...made });
  const onMain = (whole: string) => git.commitTree(folder, whole, { parents: [main, ...also], ...made });
  return { merged: merged.tree, conflicts: merged.conflicts, apart, onMain };
}
