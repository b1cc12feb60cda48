import { marker } from '../../domain/marker.ts';
import { Problem } from '../../domain/problem.ts';
import type { ArtifactRef, Manifest } from '../../domain/run/state.ts';
import { titleFor } from '../../domain/stage-rules.ts';
import { isPrerelease } from '../../domain/version.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { ReleaseContext } from '../index.ts';
import type { GitHubAccess, GitHubRelease } from '../ports.ts';
import type { PublishDeps } from './deps.ts';

const LONGEST_BODY = 120_000;

export type DraftAsked = ReleaseContext & {
  readonly commit: string;
  readonly manifest: Manifest;
  readonly notes: ArtifactRef;
  readonly adopt?: boolean;
};

export interface Draft {
  /** With every file, digests read back. */
  readonly release: GitHubRelease;
  readonly name: string;
  readonly body: string;
  /** Another's, which is gone on with. */
  readonly foreign: boolean;
}

/** The draft of the version's tag with notes and these files; `all`: the tag's releases as they are now. */
export async function ensureDraft(
  deps: PublishDeps,
  access: GitHubAccess,
  { all, asked, files }: { all: readonly GitHubRelease[]; asked: DraftAsked; files: readonly ArtifactRef[] },
): Promise<Draft> {
  const { github, store } = deps;
  const { adopt = false, commit, id, notes, project, version } = asked;
  const tag = tagOf(version, project.version.tag);
  const body = `${(await store.text(notes.digest)).slice(0, LONGEST_BODY)}\n\n${marker(id)}`;
  const name = titleFor(asked);
  const own = all.find((release) => release.body.includes(marker(id)));
  const found = own ?? (adopt ? all[0] : undefined);
  if (found && adopt) await refuseOtherBytes(deps, access, { release: found, files });
  const prerelease = isPrerelease(version);
  const draft = found ?? (await github.createRelease(access, { tag, target: commit, name, body, prerelease }));
  await attach(deps, access, { release: draft, files });
  const release = await attached(deps, access, { release: draft, files });
  return { release, name, body, foreign: found !== undefined && found !== own };
}

interface Held {
  readonly release: GitHubRelease;
  readonly files: readonly ArtifactRef[];
}

/** In what is another's, only an upload that broke off is taken away. */
export async function refuseOtherBytes(
  deps: PublishDeps,
  access: GitHubAccess,
  { release, files }: Held,
): Promise<void> {
  const whole = release.assets.filter(({ state }) => state === 'uploaded').map(({ name }) => name);
  const there = files.filter(({ name }) => whole.includes(name));
  await assertAssets(deps, access, { release, files: there });
}

export async function attach(
  { github, store, workspaces }: PublishDeps,
  access: GitHubAccess,
  { release, files }: Held,
): Promise<void> {
  const workspace = await workspaces.open();
  try {
    for (const file of files) {
      const there = release.assets.find((asset) => asset.name === file.name);
      if (there && there.state === 'uploaded' && (await github.assetDigest(access, there)) === file.digest) continue;
      // An upload that broke off leaves an asset that holds the name and nothing else.
      if (there) await github.deleteAsset(access, there.id);
      const path = `${workspace.folder}/${file.name}`;
      await store.copyTo(file.digest, path);
      await github.uploadAsset(access, release, file.name, path);
    }
  } finally {
    await workspace.dispose();
  }
}

/** The release read again, with every one of these files. */
export async function attached(
  deps: PublishDeps,
  access: GitHubAccess,
  { release, files }: Held,
): Promise<GitHubRelease> {
  const complete = (await deps.github.releases(access, release.tag)).find(({ id }) => id === release.id);
  if (!complete) throw new Problem('release-conflict', `the release of ${release.tag} is gone`);
  await assertAssets(deps, access, { release: complete, files });
  return complete;
}

export async function assertAssets(
  { github }: PublishDeps,
  access: GitHubAccess,
  { release, files }: Held,
): Promise<void> {
  const looked = await Promise.all(
    files.map(async (file) => {
      const asset = release.assets.find((one) => one.name === file.name);
      if (!asset) return `${file.name} is missing`;
      const digest = await github.assetDigest(access, asset);
      return digest === file.digest ? undefined : `${file.name} is ${digest}, not ${file.digest}`;
    }),
  );
  const faults = looked.filter((fault) => fault !== undefined);
  if (faults.length > 0)
    throw new Problem('release-conflict', `the GitHub release ${release.tag}: ${faults.join('; ')}`, { faults });
}
