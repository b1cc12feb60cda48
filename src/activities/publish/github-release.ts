import { Problem } from '../../domain/problem.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { titleFor } from '../../domain/stage-rules.ts';
import { compareVersions, isPrerelease } from '../../domain/version.ts';
import { tagOf, versionOfTag } from '../../domain/version-tag.ts';
import { promotesAtOnce } from '../../domain/window-rules.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { GitHubAccess, GitHubRelease } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { assertApproved } from './proofs.ts';
import { marker, required } from './pull-request.ts';
import { attachmentsOf } from './statement.ts';

const LONGEST_BODY = 120_000;

/** A draft with notes and files, the files' digests read back, published last: after that an immutable release takes nothing more. */
export function githubReleaseActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureGitHubRelease'> {
  const { github, store, workspaces } = deps;

  return {
    async ensureGitHubRelease({ adopt = false, approval, manifest, notes, commit, run, runId, ...context }) {
      await assertApproved(deps, { ...context, approval });
      const { project, version, id } = context;
      const access = await required(deps, project);
      const tag = tagOf(version, project.version.tag);
      const all = await github.releases(access, tag);
      const published = all.find((release) => !release.draft);
      if (published && adopt) return completed(access, published, manifest.files);
      // Before it is public: afterwards an immutable one takes nothing more.
      const beside = await attachmentsOf(deps, { ...context, run, runId, commit, manifest });
      const files = [...manifest.files, ...beside];
      if (published) {
        await assertAssets(access, published, files);
        return { url: published.url, summary: `${tag} is published already`, adopted: true };
      }
      const body = `${(await store.text(notes.digest)).slice(0, LONGEST_BODY)}\n\n${marker(id)}`;
      const name = titleFor(context);
      const prerelease = isPrerelease(version);
      const found = all.find((release) => release.body.includes(marker(id))) ?? (adopt ? all[0] : undefined);
      if (found && adopt) await refuseOtherBytes(access, found, files);
      const draft = found ?? (await github.createRelease(access, { tag, target: commit, name, body, prerelease }));
      await attach(access, draft, files);
      const complete = (await github.releases(access, tag)).find((release) => release.id === draft.id);
      if (!complete) throw new Problem('release-conflict', `the draft of ${tag} is gone`);
      await assertAssets(access, complete, files);
      const latest = promotesAtOnce(context) && (await isLatestOnGitHub(deps, access, context));
      const makeLatest = latest ? 'true' : 'false';
      const unsaid = {
        ...(complete.name.trim() === '' ? { name } : {}),
        ...(complete.body.trim() === '' ? { body } : {}),
        ...(complete.prerelease === prerelease ? {} : { prerelease }),
      };
      const release = await github.updateRelease(access, draft.id, { ...unsaid, draft: false, makeLatest });
      return {
        url: release.url,
        summary: `${found && adopt ? 'the draft of ' : ''}${tag} with ${manifest.files.length} files${makeLatest === 'true' ? ', the latest' : ''}`,
        adopted: found !== undefined && adopt,
        evidence: [{ name: 'GitHub release', url: release.url }],
      };
    },
  };

  /** What another published keeps its words; files that it lacks are added, where it takes any. */
  async function completed(access: GitHubAccess, release: GitHubRelease, files: readonly ArtifactRef[]) {
    await refuseOtherBytes(access, release, files);
    const whole = release.assets.filter(({ state }) => state === 'uploaded').map(({ name }) => name);
    const missing = files.filter(({ name }) => !whole.includes(name)).map(({ name }) => name);
    const { tag, url } = release;
    if (missing.length === 0) return { url, summary: `${tag} is published already`, adopted: true };
    const lacks = `${tag} is published already, without ${missing.join(', ')}`;
    if (release.immutable) return { url, summary: `${lacks}, and takes nothing more`, adopted: true };
    await attach(access, release, files);
    const complete = (await github.releases(access, tag)).find(({ id }) => id === release.id);
    if (!complete) throw new Problem('release-conflict', `the release ${tag} is gone`);
    await assertAssets(access, complete, files);
    return { url, summary: `${lacks}: added`, adopted: true };
  }

  /** In what is another's, only an upload that broke off is taken away. */
  async function refuseOtherBytes(
    access: GitHubAccess,
    release: GitHubRelease,
    files: readonly ArtifactRef[],
  ): Promise<void> {
    const whole = release.assets.filter(({ state }) => state === 'uploaded').map(({ name }) => name);
    const there = files.filter(({ name }) => whole.includes(name));
    await assertAssets(access, release, there);
  }

  async function attach(access: GitHubAccess, draft: GitHubRelease, files: readonly ArtifactRef[]): Promise<void> {
    const workspace = await workspaces.open();
    try {
      for (const file of files) {
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

  async function assertAssets(
    access: GitHubAccess,
    release: GitHubRelease,
    files: readonly ArtifactRef[],
  ): Promise<void> {
    const faults = (await Promise.all(files.map((file) => faultOf(access, release, file)))).filter(
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
