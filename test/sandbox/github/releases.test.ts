import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { breakOff } from '../../support/break-off.ts';
import { type Rest, refused, repo } from './scene.ts';
import { git, TestGithub } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const world = new TestGithub();
let rita: Rest;
let uma: Rest;

beforeAll(async () => {
  await world.start();
  await world.createSample();
  rita = world.as('token-rita').rest;
  uma = world.as('token-uma').rest;
});

afterAll(() => world.stop());

const latest = async () => (await rita.repos.getLatestRelease(repo)).data.tag_name;
const tags = async () => git(world.github.repositoryPath('acme', 'sample'), 'tag');

test('a draft has neither tag nor date, and only those who may push see it', async () => {
  const { data: draft } = await rita.repos.createRelease({ ...repo, tag_name: 'v1.0.0', draft: true });
  expect(draft).toMatchObject({ draft: true, published_at: null });
  expect(draft.html_url).toContain('/untagged-');
  expect(await tags()).toBe('');
  expect((await uma.repos.listReleases(repo)).data).toEqual([]);
  await refused(404, uma.repos.getRelease({ ...repo, release_id: draft.id }));
  expect((await rita.repos.listReleases(repo)).data).toHaveLength(1);

  const { data: second } = await rita.repos.createRelease({ ...repo, tag_name: 'v1.0.0', draft: true });
  await rita.repos.deleteRelease({ ...repo, release_id: second.id });
  await rita.repos.updateRelease({ ...repo, release_id: draft.id, draft: false });
  expect(await tags()).toBe('v1.0.0');
});

test('what is published becomes the latest unless it is told otherwise, and a pre-release never', async () => {
  await rita.repos.createRelease({ ...repo, tag_name: 'v1.2.0' });
  expect(await latest()).toBe('v1.2.0');
  await rita.repos.createRelease({ ...repo, tag_name: 'v1.1.1', make_latest: 'false' });
  expect(await latest()).toBe('v1.2.0');
  const early = { ...repo, tag_name: 'v2.0.0-rc.1', prerelease: true };
  await refused(422, rita.repos.createRelease({ ...early, make_latest: 'true' }));
  await rita.repos.createRelease(early);
  expect(await latest()).toBe('v1.2.0');
  await rita.repos.createRelease({ ...repo, tag_name: 'v1.0.9' });
  expect(await latest()).toBe('v1.0.9');
  const { data: wanted } = await rita.repos.getReleaseByTag({ ...repo, tag: 'v1.2.0' });
  await rita.repos.updateRelease({ ...repo, release_id: wanted.id, make_latest: 'true' });
  expect(await latest()).toBe('v1.2.0');
});

test('a tag that is there keeps its commit, whatever the release aims at', async () => {
  const { data: main } = await rita.repos.getBranch({ ...repo, branch: 'main' });
  const { data: tag } = await rita.git.createTag({
    ...{ ...repo, tag: 'v3.0.0', message: 'v3.0.0' },
    ...{ object: main.commit.sha, type: 'commit' },
  });
  await rita.git.createRef({ ...repo, ref: 'refs/tags/v3.0.0', sha: tag.sha });
  await rita.repos.createRelease({ ...repo, tag_name: 'v3.0.0', target_commitish: 'develop' });
  expect((await rita.git.getRef({ ...repo, ref: 'tags/v3.0.0' })).data.object).toMatchObject({
    type: 'tag',
    sha: tag.sha,
  });
});

test('an asset keeps its bytes, and its name as far as GitHub lets it', async () => {
  const { data: release } = await rita.repos.createRelease({ ...repo, tag_name: 'v4.0.0', draft: true });
  const upload = async (name: string) =>
    (await rita.repos.uploadReleaseAsset({ ...repo, release_id: release.id, url: release.upload_url, name, data: 'x' }))
      .data.name;
  expect(await upload('sample-4.0.0+local-py3-none-any.whl')).toBe('sample-4.0.0+local-py3-none-any.whl');
  expect(await upload('release notes (final).txt')).toBe('release.notes.final.txt');
  expect(await upload('.hidden')).toBe('default.hidden');
  await rita.repos.updateRelease({ ...repo, release_id: release.id, draft: false });
  const { data: shown } = await uma.repos.getReleaseByTag({ ...repo, tag: 'v4.0.0' });
  for (const asset of shown.assets) expect(await (await fetch(asset.browser_download_url)).text()).toBe('x');
});

test('an immutable release is closed for ever, with its tag', async () => {
  await rita.repos.enableImmutableReleases(repo);
  const { data: release } = await rita.repos.createRelease({ ...repo, tag_name: 'v5.0.0' });
  await rita.repos.disableImmutableReleases(repo);
  expect(release.immutable).toBe(true);
  const late = { ...repo, release_id: release.id, url: release.upload_url, name: 'late.txt', data: 'late' };
  await refused(422, rita.repos.uploadReleaseAsset(late));
  await rita.repos.updateRelease({ ...repo, release_id: release.id, body: 'Notes may still change' });
  const clone = await world.clone('immutable', 'token-rita');
  await expect(git(clone, 'push', 'origin', ':refs/tags/v5.0.0')).rejects.toThrow('immutable release');
  await rita.repos.deleteRelease({ ...repo, release_id: release.id });
  await refused(422, rita.repos.createRelease({ ...repo, tag_name: 'v5.0.0' }));
});

test('generated notes name the pull requests since the release before', async () => {
  const { data: notes } = await rita.repos.generateReleaseNotes({
    ...repo,
    tag_name: 'v9.0.0',
    previous_tag_name: 'v4.0.0',
  });
  expect(notes).toMatchObject({ name: 'v9.0.0', body: expect.stringContaining('/compare/v4.0.0...v9.0.0') });
});

test('an upload that breaks off leaves an asset that holds the name, in the list of assets alone', async () => {
  const { data: draft } = await rita.repos.createRelease({ ...repo, tag_name: 'v9.0.0', draft: true });
  await breakOff(draft.upload_url.replace(/\{.*/, '?name=broken.whl'), 'token-rita');
  const at = { ...repo, release_id: draft.id };
  const [broken] = await vi.waitFor(async () => {
    const { data } = await rita.repos.listReleaseAssets(at);
    expect(data).toMatchObject([{ name: 'broken.whl', state: 'starter', digest: null }]);
    return data;
  });
  expect((await rita.repos.getRelease(at)).data.assets).toEqual([]);
  const again = { ...at, name: 'broken.whl', data: 'x', url: draft.upload_url };
  await refused(422, rita.repos.uploadReleaseAsset(again));
  await rita.repos.deleteReleaseAsset({ ...repo, asset_id: broken!.id });
  expect((await rita.repos.listReleaseAssets(at)).data).toEqual([]);
});
