import type { Reading } from './health.ts';
import { type Comparison, hexOf } from './publication.ts';
import type { ArtifactRef } from './run/state.ts';

/** Whether a run of Slipway rolls the version back. */
export type RollbackStanding = 'none' | 'open' | 'rolled-back' | 'ended-otherwise';

/** What a release left outside, and so must find there again. */
export interface Expected {
  readonly files: readonly ArtifactRef[];
  readonly tag: { readonly name: string; readonly object: string };
  /** Of a version that was rolled back: yanked it is, and so it must stay. */
  readonly yanked: boolean;
}

interface IndexLooked {
  readonly compared: Comparison;
  readonly there: readonly { readonly filename: string; readonly yanked: boolean | string }[] | undefined;
  readonly expected: Expected;
  readonly rollback: RollbackStanding;
}

/** The files on the index are those of the manifest, and yanked only by a run of ours. */
export function judgeIndex({ compared, there, expected, rollback }: IndexLooked): Reading {
  const value = there?.length ?? 0;
  if (there === undefined || value === 0)
    return missing(value, 'the index no longer has the version: deleted or quarantined');
  const { conflicting, unexpected } = compared;
  if (conflicting[0])
    return changed(value, `${conflicting[0].wanted.name} has other bytes: sha256:${conflicting[0].there.sha256}`);
  if (unexpected.length > 0)
    return changed(value, `${unexpected.map((file) => file.filename).join(', ')} was added by somebody else`);
  if (compared.missing.length > 0)
    return missing(value, `${compared.missing.map((file) => file.name).join(', ')} is gone`);
  const yanked = there.filter((file) => file.yanked !== false);
  const may = expected.yanked || rollback === 'open' || rollback === 'rolled-back';
  const must = expected.yanked || rollback === 'rolled-back';
  if (yanked[0] && !may) return changed(value, `${yanked[0].filename} was yanked${reasonOf(yanked[0].yanked)}`);
  if (must && yanked.length < value) return changed(value, 'it is no longer yanked: installers take it again');
  return { health: 'healthy', value, note: `${value} files as released${yanked[0] ? ', yanked' : ''}` };
}

/** `there`: the tag object; undefined: none. */
export function judgeTag(there: string | undefined, { tag }: Expected, rollback: RollbackStanding): Reading {
  if (there === tag.object) return { health: 'healthy', value: null, note: `${tag.name} is where it was put` };
  // A rollback may delete the tag where it is told to; it never moves it.
  if (there === undefined && (rollback === 'open' || rollback === 'rolled-back'))
    return { health: 'healthy', value: null, note: `${tag.name} is gone by the rollback` };
  return there === undefined
    ? changed(null, `the tag ${tag.name} is gone`)
    : changed(null, `the tag ${tag.name} was moved to ${there}`);
}

export interface ReleaseLooked {
  readonly draft: boolean;
  readonly assets: readonly { readonly name: string; readonly digest: string }[];
}

/** What a run attaches besides the files, before and as it closes. */
const OWN_RECORD = /^((release|hotfix|rollback)-(record\.json|checklist\.md)|sbom\.cdx\.json|[\w.-]+\.intoto\.jsonl?)$/;

/** `there`: every GitHub release of the tag, drafts too. */
export function judgeRelease(there: readonly ReleaseLooked[], { files, tag }: Expected): Reading {
  const published = there.find(({ draft }) => !draft);
  if (!published) {
    const note =
      there.length > 0 ? `the GitHub release ${tag.name} is a draft again` : `the GitHub release ${tag.name} is gone`;
    return changed(null, note);
  }
  const { assets } = published;
  for (const file of files) {
    const asset = assets.find(({ name }) => name === file.name);
    if (!asset) return changed(assets.length, `${file.name} is gone from the GitHub release`);
    if (asset.digest !== `sha256:${hexOf(file)}`)
      return changed(assets.length, `${file.name} on the GitHub release has other bytes`);
  }
  const known = new Set(files.map(({ name }) => name));
  const added = assets.filter(({ name }) => !known.has(name) && !OWN_RECORD.test(name));
  if (added.length > 0)
    return changed(
      assets.length,
      `${added.map(({ name }) => name).join(', ')} was added to the GitHub release by somebody else`,
    );
  return { health: 'healthy', value: assets.length, note: `${assets.length} assets as released` };
}

/** `found`: new ones with any of the labels, Slipway's own left out. */
export function judgeIssues(found: readonly { number: number; title: string }[], max: number): Reading {
  const value = found.length;
  const named = found
    .slice(0, 3)
    .map(({ number, title }) => `#${number} ${title.slice(0, 60)}`)
    .join('; ');
  if (value > max) return { health: 'unhealthy', value, note: `${value} new, above ${max}: ${named}` };
  return { health: 'healthy', value, note: value === 0 ? 'none new' : `${value} new: ${named}` };
}

function reasonOf(yanked: boolean | string): string {
  return typeof yanked === 'string' ? `: ${yanked.slice(0, 200)}` : '';
}

function changed(value: number | null, note: string): Reading {
  return { health: 'unhealthy', value, note, changed: 'surely' };
}

/** An index may show a file late, and lose it only after it showed it. */
function missing(value: number, note: string): Reading {
  return { health: 'unhealthy', value, note, changed: 'if-seen' };
}
