import { happened } from './events.ts';
import { isoSeconds, readCommit } from './git/objects.ts';
import { moveRef, resolveCommit } from './git/refs.ts';
import { latestRelease, newest } from './latest-release.ts';
import { followMoves } from './moves.ts';
import type { ReleaseRecord } from './record.ts';
import { invalid } from './refusals.ts';
import { releaseShape } from './shapes/release.ts';
import type { Ctx } from './world.ts';

export type MakeLatest = 'true' | 'false' | 'legacy';

/** Where a release's tag stands or would be made. */
export async function releaseCommit(c: Ctx, tag: string, target: string): Promise<string> {
  const { git, record } = c.var.repository;
  const tagged = await resolveCommit(git, `tags/${tag}`);
  const commit = tagged ?? (await resolveCommit(git, target || record.defaultBranch));
  if (commit === undefined) throw invalid({ resource: 'Release', field: 'target_commitish', code: 'invalid' });
  return commit;
}

export function refuseTag(c: Ctx, tag: string, self?: ReleaseRecord): void {
  const { record } = c.var.repository;
  const other = record.releases.find((release) => release !== self && !release.draft && release.tag === tag);
  if (other) throw invalid({ resource: 'Release', field: 'tag_name', code: 'already_exists' });
  const own = self?.immutable && self.tag === tag;
  if (record.lockedTags.includes(tag) && !own) {
    const message = 'tag_name was used by an immutable release';
    throw invalid({ resource: 'Release', field: 'tag_name', code: 'custom', message });
  }
}

/** A draft becomes public: its tag is made where there is none, and an immutable one is closed for ever. */
export async function publish(c: Ctx, release: ReleaseRecord, commit: string, latest: MakeLatest): Promise<void> {
  const { repository } = c.var;
  const name = `refs/tags/${release.tag}`;
  release.draft = false;
  release.publishedAt = isoSeconds(new Date());
  release.createdAt = (await readCommit(repository.git, commit))!.committer.date; // of the commit, not of the release
  if (repository.record.immutableReleases) {
    release.immutable = true;
    repository.record.lockedTags.push(release.tag);
  }
  settleLatest(c, release, latest);
  if (await moveRef(repository.git, name, { from: undefined, to: commit })) {
    await followMoves(c, [{ name, from: undefined, to: commit }]);
  }
  tell(c, 'published', release);
  tell(c, release.prerelease ? 'prereleased' : 'released', release);
}

export function settleLatest(c: Ctx, release: ReleaseRecord, latest: MakeLatest): void {
  const { record } = c.var.repository;
  if (release.draft || release.prerelease) return;
  if (latest === 'true') record.latestRelease = release.id;
  if (latest === 'legacy') {
    record.latestRelease = newest(record.releases.filter((each) => !each.draft && !each.prerelease))?.id ?? null;
  }
  if (latest === 'false')
    record.latestRelease = latestRelease({ ...record, releases: others() })?.id ?? record.latestRelease;

  function others() {
    return record.releases.filter((each) => each !== release);
  }
}

export function tell(c: Ctx, action: string, release: ReleaseRecord): void {
  const { world, repository } = c.var;
  happened(c, 'release', action, { release: releaseShape(world, repository, release) });
}
