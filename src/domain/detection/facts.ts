import type { Tag } from '../suggestion.ts';
import type { Tree } from '../version-homes/tree.ts';

/** What is known of a repository without running anything of it. */
export interface RepositoryFacts {
  readonly tree: Tree;
  /** Name of its folder. */
  readonly name: string;
  /** As git has it; null where there is no remote. */
  readonly remoteUrl: string | null;
  /** Local and remote branches by their bare names, with the time of their last commit (seconds since the epoch). */
  readonly branches: readonly { readonly name: string; readonly time: number }[];
  /** What the remote calls its default. */
  readonly defaultBranch: string | null;
  readonly currentBranch: string | null;
  readonly tags: readonly Tag[];
}

/** One thing that was looked for: what goes into the project file, where it was found, and what a person should know. */
export interface Finding<T> {
  readonly value: T;
  /** Becomes a comment beside the value. */
  readonly where: string;
  readonly missing?: readonly string[];
}
