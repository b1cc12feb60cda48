import type { ReleaseRecord, RepositoryRecord } from './record.ts';

/** The release that somebody made the latest, or the newest by its commit's date, then by version. */
export function latestRelease({ releases, latestRelease }: RepositoryRecord): ReleaseRecord | undefined {
  const stable = releases.filter((release) => !release.draft && !release.prerelease);
  return stable.find((release) => release.id === latestRelease) ?? newest(stable);
}

/** What `make_latest: legacy` goes by. */
export function newest(releases: readonly ReleaseRecord[]): ReleaseRecord | undefined {
  return [...releases].sort(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || byVersion(b.tag, a.tag) || b.id - a.id,
  )[0];
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
