import { refused, repo, type Scene } from './scene.ts';

/** Releases with their assets, and hooks with their deliveries. */
export async function driveReleases({ rita, uma, nobody }: Scene): Promise<void> {
  const wish = { ...repo, tag_name: 'v0.1.0', name: 'v0.1.0', body: 'Notes' };
  await refused(404, rita.repos.getLatestRelease(repo));
  await refused(403, uma.repos.createRelease(wish));
  await rita.repos.generateReleaseNotes({ ...repo, tag_name: 'v0.2.0', target_commitish: 'main' });
  const { data: draft } = await rita.repos.createRelease({ ...wish, draft: true });
  const release_id = draft.id;
  await refused(404, nobody.repos.getRelease({ ...repo, release_id }));
  await refused(404, rita.repos.getReleaseByTag({ ...repo, tag: 'v0.1.0' }));
  await rita.repos.listReleases(repo);

  const upload = (name: string, data = 'bytes') =>
    rita.repos.uploadReleaseAsset({
      ...repo,
      release_id,
      url: draft.upload_url,
      name,
      data,
      headers: { 'content-type': 'text/plain' },
    });
  const { data: asset } = await upload('one.txt');
  await refused(422, upload('one.txt'));
  await refused(422, upload('empty.txt', ''));
  const { data: other } = await upload('two.txt');
  await rita.repos.listReleaseAssets({ ...repo, release_id });
  await rita.repos.getReleaseAsset({ ...repo, asset_id: asset.id });
  await refused(404, rita.repos.getReleaseAsset({ ...repo, asset_id: 1 }));
  await rita.repos.updateReleaseAsset({ ...repo, asset_id: asset.id, label: 'One' });
  await rita.repos.deleteReleaseAsset({ ...repo, asset_id: other.id });
  await refused(404, rita.repos.deleteReleaseAsset({ ...repo, asset_id: other.id }));

  await rita.repos.updateRelease({ ...repo, release_id, draft: false });
  await refused(422, rita.repos.createRelease(wish));
  await refused(422, rita.repos.createRelease({ ...wish, tag_name: 'v9', target_commitish: 'nowhere' }));
  await rita.repos.getRelease({ ...repo, release_id });
  await rita.repos.getReleaseByTag({ ...repo, tag: 'v0.1.0' });
  await rita.repos.getLatestRelease(repo);
  await rita.repos.deleteRelease({ ...repo, release_id });
  await refused(404, rita.repos.updateRelease({ ...repo, release_id, body: 'gone' }));
  await driveImmutable({ rita });
}

async function driveImmutable({ rita }: Pick<Scene, 'rita'>): Promise<void> {
  await refused(404, rita.repos.checkImmutableReleases(repo));
  await rita.repos.enableImmutableReleases(repo);
  await rita.repos.checkImmutableReleases(repo);
  const { data: release } = await rita.repos.createRelease({ ...repo, tag_name: 'v0.3.0', target_commitish: 'main' });
  const upload = { ...repo, release_id: release.id, url: release.upload_url, name: 'late.txt', data: 'late' };
  await refused(422, rita.repos.uploadReleaseAsset(upload));
  await refused(422, rita.git.deleteRef({ ...repo, ref: 'tags/v0.3.0' }));
  await rita.repos.deleteRelease({ ...repo, release_id: release.id });
  await refused(422, rita.repos.createRelease({ ...repo, tag_name: 'v0.3.0' }));
  await rita.repos.disableImmutableReleases(repo);
}

/** Leaves a hook that is told of everything. */
export async function driveHooks({ rita, tom }: Scene, url: string): Promise<void> {
  const config = { url, content_type: 'json', secret: 'hush' };
  await refused(404, tom.repos.listWebhooks(repo));
  const { data: hook } = await rita.repos.createWebhook({ ...repo, config, events: ['release'] });
  await refused(422, rita.repos.createWebhook({ ...repo, config, events: ['release'] }));
  await refused(422, rita.repos.createWebhook({ ...repo, config: { url: 'nowhere' } }));
  const at = { ...repo, hook_id: hook.id };
  await rita.repos.listWebhooks(repo);
  await rita.repos.updateWebhook({ ...at, events: ['*'] });
  await rita.repos.pingWebhook(at);
  await rita.repos.getWebhook(at);
  await refused(404, rita.repos.getWebhook({ ...repo, hook_id: 1 }));
}

export async function driveDeliveries({ rita }: Scene): Promise<void> {
  const { data: hooks } = await rita.repos.listWebhooks(repo);
  const at = { ...repo, hook_id: hooks[0]!.id };
  const { data: deliveries } = await rita.repos.listWebhookDeliveries(at);
  const delivery = { ...at, delivery_id: Number(deliveries[0]!.id) };
  await rita.repos.getWebhookDelivery(delivery);
  await rita.repos.redeliverWebhookDelivery(delivery);
  await rita.repos.deleteWebhook(at);
}
