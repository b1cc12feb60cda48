import type { ArtifactRef } from '../../domain/run/state.ts';
import { compareVersions, isPrerelease } from '../../domain/version.ts';
import { tagOf, versionOfTag } from '../../domain/version-tag.ts';
import { promotesAtOnce } from '../../domain/window-rules.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { GitHubAccess, GitHubRelease } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { assertApproved } from './proofs.ts';
import { required } from './pull-request.ts';
import { assertAssets, attach, attached, ensureDraft, refuseOtherBytes } from './release-draft.ts';
import { attachmentsOf } from './statement.ts';

/** A draft with notes and files, the files' digests read back, published last: after that an immutable release takes nothing more. */
export function githubReleaseActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureGitHubRelease'> {
  const { github } = deps;

  return {
    async ensureGitHubRelease({ approval, ...asked }) {
      await assertApproved(deps, { ...asked, approval });
      const { adopt = false, manifest, project, version } = asked;
      const access = await required(deps, project);
      const tag = tagOf(version, project.version.tag);
      const all = await github.releases(access, tag);
      const published = all.find((release) => !release.draft);
      if (published && adopt) return completed(access, published, manifest.files);
      // Before it is public: afterwards an immutable one takes nothing more.
      const files = [...manifest.files, ...(await attachmentsOf(deps, asked))];
      if (published) {
        await assertAssets(deps, access, { release: published, files });
        return { url: published.url, summary: `${tag} is published already`, adopted: true };
      }
      const { release: draft, foreign, ...said } = await ensureDraft(deps, access, { all, asked, files });
      const prerelease = isPrerelease(version);
      const latest = promotesAtOnce(asked) && (await isLatestOnGitHub(deps, access, asked));
      const makeLatest = latest ? 'true' : 'false';
      const unsaid = {
        ...(draft.name.trim() === '' ? { name: said.name } : {}),
        ...(draft.body.trim() === '' ? { body: said.body } : {}),
        ...(draft.prerelease === prerelease ? {} : { prerelease }),
      };
      const release = await github.updateRelease(access, draft.id, { ...unsaid, draft: false, makeLatest });
      return {
        url: release.url,
        summary: `${foreign ? 'the draft of ' : ''}${tag} with ${manifest.files.length} files${makeLatest === 'true' ? ', the latest' : ''}`,
        adopted: foreign,
        evidence: [{ name: 'GitHub release', url: release.url }],
      };
    },
  };

  /** What another published keeps its words; files that it lacks are added, where it takes any. */
  async function completed(access: GitHubAccess, release: GitHubRelease, files: readonly ArtifactRef[]) {
    await refuseOtherBytes(deps, access, { release, files });
    const whole = release.assets.filter(({ state }) => state === 'uploaded').map(({ name }) => name);
    const missing = files.filter(({ name }) => !whole.includes(name)).map(({ name }) => name);
    const { tag, url } = release;
    if (missing.length === 0) return { url, summary: `${tag} is published already`, adopted: true };
    const lacks = `${tag} is published already, without ${missing.join(', ')}`;
    if (release.immutable) return { url, summary: `${lacks}, and takes nothing more`, adopted: true };
    await attach(deps, access, { release, files });
    await attached(deps, access, { release, files });
    return { url, summary: `${lacks}: added`, adopted: true };
  }
}

/** "Latest" is the highest stable version: a release of an older line never takes it. */
export async function isLatestOnGitHub(
  { github }: PublishDeps,
  access: GitHubAccess,
  { project, version }: ReleaseContext,
): Promise<boolean> {
  if (isPrerelease(version)) return false;
  const latest = await github.latestRelease(access);
  const other = latest === null ? undefined : versionOfTag(latest, project.version.tag);
  return other === undefined || compareVersions(version, other) >= 0;
}
