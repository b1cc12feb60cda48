import { history } from './git/refs.ts';
import type { PullRecord } from './record.ts';
import type { Repository } from './repository.ts';

/** By their ends, which always give the same commits. */
const known = new WeakMap<Repository, Map<string, Promise<Set<string>>>>();

/** The commits that a pull request brings or has brought, what merging made of them included. */
export function commitsOf(repository: Repository, { pull }: PullRecord): Promise<Set<string>> {
  const ends = known.get(repository) ?? new Map<string, Promise<Set<string>>>();
  known.set(repository, ends);
  const key = `${pull.base.sha}..${pull.mergeCommit ?? pull.head.sha}`;
  const commits = ends.get(key) ?? read(repository, pull);
  ends.set(key, commits);
  return commits;
}

async function read({ git }: Repository, { base, head, mergeCommit }: PullRecord['pull']): Promise<Set<string>> {
  const shas = await history(git, base.sha, mergeCommit ?? head.sha);
  return new Set([...shas, ...(mergeCommit === null ? [] : [mergeCommit])]);
}
