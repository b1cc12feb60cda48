import type { AssetRecord, ReleaseRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

export function releaseUrl(world: World, repository: Repository, id: number): string {
  return `${repositoryUrl(world, repository)}/releases/${id}`;
}

/** A draft has no tag yet, so its page has a name of its own. */
export function releaseTagInPages({ draft, tag, id }: ReleaseRecord): string {
  return draft ? `untagged-${id.toString(16).padStart(20, '0')}` : encodeURIComponent(tag);
}

export function releaseShape(world: World, repository: Repository, release: ReleaseRecord) {
  const url = releaseUrl(world, repository, release.id);
  const uploads = `${world.uploads}/repos/${repository.fullName}/releases/${release.id}/assets`;
  const archive = (kind: string) => `${repositoryUrl(world, repository)}/${kind}/${encodeURIComponent(release.tag)}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${uploads}{?name,label}`,
    html_url: `${repositoryPage(world, repository)}/releases/tag/${releaseTagInPages(release)}`,
    id: release.id,
    author: userShape(world, release.author),
    node_id: nodeId('RE', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: release.assets
      .filter(({ digest }) => digest !== null)
      .map((asset) => assetShape(world, repository, release, asset)),
    tarball_url: release.draft ? null : archive('tarball'),
    zipball_url: release.draft ? null : archive('zipball'),
    body: release.body,
  };
}

export function assetShape(world: World, repository: Repository, release: ReleaseRecord, asset: AssetRecord) {
  const downloads = `${repositoryPage(world, repository)}/releases/download/${releaseTagInPages(release)}`;
  return {
    url: `${repositoryUrl(world, repository)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId('RA', asset.id),
    name: asset.name,
    label: asset.label,
    uploader: userShape(world, asset.uploader),
    content_type: asset.contentType,
    state: asset.digest === null ? 'starter' : 'uploaded',
    size: asset.size,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    browser_download_url: `${downloads}/${encodeURIComponent(asset.name)}`,
  };
}
