import { lastVersion, type Tag } from '../domain/suggestion.ts';
import type { TagForm } from '../domain/version-tag.ts';
import type { GitLocal } from './ports.ts';

interface Asked {
  readonly folder: string;
  /** The commit that is to be released. */
  readonly commit: string;
  readonly names: readonly string[];
  readonly form: TagForm;
}

/** A repository's tags, and what they can be reached from: the commit at hand, and the last version before it. */
export async function knownTags(git: Pick<GitLocal, 'tagsReachableFrom'>, asked: Asked): Promise<Tag[]> {
  const reachable = new Map(
    (await git.tagsReachableFrom(asked.folder, asked.commit)).map((found) => [found.tag, found.commit]),
  );
  const tags = asked.names.map((name) => ({ name, reachable: reachable.has(name) }));
  const last = reachable.get(lastVersion(tags, asked.form)?.tag ?? '');
  if (last === undefined) return tags;
  const inLast = new Set((await git.tagsReachableFrom(asked.folder, last)).map(({ tag }) => tag));
  return tags.map((tag) => ({ ...tag, inLast: inLast.has(tag.name) }));
}
