import type { CadenceFacts } from '../../domain/cadence.ts';
import { countedFrom } from '../../domain/calendar.ts';
import { suggestBump, type Tag, versionsSoFar } from '../../domain/suggestion.ts';
import { type TagForm, versionOfTag } from '../../domain/version-tag.ts';
import type { GitLocal } from '../ports.ts';

interface Asked {
  readonly folder: string;
  /** The commit that would be released. */
  readonly base: string;
  readonly tags: readonly Tag[];
  readonly form: TagForm;
}

/** When the versions came that a calendar counts from, and what came after the last of them. */
export async function cadenceFacts(
  git: Pick<GitLocal, 'commit' | 'log'>,
  { folder, base, tags, form }: Asked,
): Promise<CadenceFacts> {
  const named = new Map(
    tags.flatMap(({ name }) => {
      const version = versionOfTag(name, form);
      return version === undefined ? [] : [[version, name] as const];
    }),
  );
  const at = async (version: string | null) => {
    const tag = version === null ? undefined : named.get(version);
    if (version === null || tag === undefined) return null;
    const { time } = await git.commit(folder, `refs/tags/${tag}`);
    return { version, at: new Date(time * 1000).toISOString() };
  };
  const newest = await at(versionsSoFar({ tags, fileVersion: null, tagForm: form }).base);
  const since = newest === null ? null : `refs/tags/${named.get(newest.version)}`;
  const { bump, reasons } = suggestBump(await git.log(folder, since, base), newest?.version ?? '0.0.0');
  const { minor, major } = countedFrom([...named.keys()]);
  return {
    newest,
    fresh: { bump, reasons: reasons.slice(0, 10) },
    minor: await at(minor),
    major: await at(major),
  };
}
