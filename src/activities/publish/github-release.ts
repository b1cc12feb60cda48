import { Problem } from '../../domain/problem.ts';
import { assertSignedOff } from '../../domain/run/approval.ts';
import type { ArtifactRef, Manifest } from '../../domain/run/state.ts';
import { titleFor } from '../../domain/stage-rules.ts';
import { compareVersions, isPrerelease } from '../../domain/version.ts';
import { tagOf, versionOfTag } from '../../domain/version-tag.ts';
import { promotesAtOnce } from '../../domain/window-rules.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { GitHubAccess, GitHubRelease } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { marker, required } from './pull-request.ts';

const LONGEST_BODY = 120_000;

/** A draft with notes and files, the files' digests read back, published last: after that an immutable release takes nothing more. */
export function githubReleaseActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureGitHubRelease'> {
  const { github, store, workspaces } = deps;

  return {
    async ensureGitHubRelease({ approval, manifest, notes, commit, ...context }) {
      assertSignedOff({ ...context, ...approval });
      const { project, version, id } = context;
      const access = await required(deps, project);
      const tag = tagOf(version, project.version.tag);
      const all = await github.releases(access, tag);
      const published = all.find((release) => !release.draft);
      if (published) {
        await assertAssets(access, published, manifest);
        return { url: published.url, summary: `${tag} is published already`, adopted: true };
      }
      const body = `${(await store.text(notes.digest)).slice(0, LONGEST_BODY)}\n\n${marker(id)}`;
      const draft =
        all.find((release) => release.body.includes(marker(id))) ??
        (await github.createRelease(access, {
          tag,
          target: commit,
          name: titleFor(context),
          body,
          prerelease: isPrerelease(version),
        }));
      await attach(access, draft, manifest);
      const complete = (await github.releases(access, tag)).find((release) => release.id === draft.id);
      if (!complete) throw new Problem('release-conflict', `the draft of ${tag} is gone`);
      await assertAssets(access, complete, manifest);
      const latest = promotesAtOnce(context) && (await isLatestOnGitHub(deps, access, context));
      const makeLatest = latest ? 'true' : 'false';
      const release = await github.updateRelease(access, draft.id, { draft: false, makeLatest });
      return {
        url: release.url,
        summary: `${tag} with ${manifest.files.length} files${makeLatest === 'true' ? ', the latest' : ''}`,
        evidence: [{ name: 'GitHub release', url: release.url }],
      };
    },
  };

  async function attach(access: GitHubAccess, draft: GitHubRelease, manifest: Manifest): Promise<void> {
    const workspace = await workspaces.open();
    try {
      for (const file of manifest.files) {
        const there = draft.assets.find((asset) => asset.name === file.name);
        if (there && there.state === 'uploaded' && (await github.assetDigest(access, there)) === file.digest) continue;
        // An upload that broke off leaves an asset that holds the name and nothing else.
        if (there) await github.deleteAsset(access, there.id);
        const path = `${workspace.folder}/${file.name}`;
        await store.copyTo(file.digest, path);
        await github.uploadAsset(access, draft, file.name, path);
      }
    } finally {
      await workspace.dispose();
    }
  }

  async function assertAssets(access: GitHubAccess, release: GitHubRelease, manifest: Manifest): Promise<void> {
    const faults = (await Promise.all(manifest.files.map((file) => faultOf(access, release, file)))).filter(
      (fault) => fault !== undefined,
    );
    if (faults.length > 0)
      throw new Problem('release-conflict', `the GitHub release ${release.tag}: ${faults.join('; ')}`, { faults });
  }

  async function faultOf(access: GitHubAccess, release: GitHubRelease, file: ArtifactRef): Promise<string | undefined> {
    const asset = release.assets.find((one) => one.name === file.name);
    if (!asset) return `${file.name} is missing`;
    const digest = await github.assetDigest(access, asset);
    return digest === file.digest ? undefined : `${file.name} is ${digest}, not ${file.digest}`;
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
