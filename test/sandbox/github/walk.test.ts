import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { commitFile, git, TestGithub } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const world = new TestGithub();
const repo = { owner: 'acme', repo: 'sample' };

beforeAll(async () => {
  await world.start();
  await world.createSample({ rules: [{ branch: 'main', approvals: 1 }] });
});

afterAll(() => world.stop());

test('a release goes from clone to published assets, through a restart, and every change of it is in the journal', async () => {
  let rita = world.as('token-rita').rest;

  const clone = await world.clone('rita', 'token-rita');
  const head = await commitFile(clone, 'release/v1.0.0', 'CHANGES.md', '1.0.0\n');
  await git(clone, 'push', '-q', 'origin', 'release/v1.0.0');
  const { data: pull } = await rita.pulls.create({
    ...repo,
    head: 'acme:release/v1.0.0',
    base: 'main',
    title: 'Release v1.0.0',
    body: 'All of it',
  });
  expect(pull.head.sha).toBe(head);
  await expect(rita.pulls.merge({ ...repo, pull_number: 1, sha: head })).rejects.toMatchObject({ status: 405 });

  await world.restart(clone);
  rita = world.as('token-rita').rest;

  await world
    .as('token-tom')
    .rest.pulls.createReview({ ...repo, pull_number: pull.number, event: 'APPROVE', commit_id: head });
  const { data: merged } = await rita.pulls.merge({ ...repo, pull_number: pull.number, sha: head });
  await git(clone, 'fetch', '-q', 'origin');
  expect(await git(clone, 'rev-parse', 'origin/main')).toBe(merged.sha);
  expect(await git(clone, 'log', '-1', '--format=%an <%ae> %cn <%ce> %s', merged.sha)).toBe(
    'Rita Release <rita@example.org> GitHub <noreply@github.com> Merge pull request #1 from acme/release/v1.0.0',
  );

  await git(clone, 'tag', '-a', 'v1.0.0', '-m', 'v1.0.0', merged.sha);
  await git(clone, 'push', '-q', 'origin', 'refs/tags/v1.0.0');
  await git(clone, 'push', '-q', 'origin', 'refs/tags/v1.0.0');

  const { data: draft } = await rita.repos.createRelease({ ...repo, tag_name: 'v1.0.0', draft: true, body: 'Notes' });
  await expect(rita.repos.getReleaseByTag({ ...repo, tag: 'v1.0.0' })).rejects.toMatchObject({ status: 404 });
  const bytes = Buffer.from('a wheel');
  const { data: asset } = await rita.repos.uploadReleaseAsset({
    ...repo,
    release_id: draft.id,
    url: draft.upload_url,
    name: 'sample-1.0.0-py3-none-any.whl',
    data: bytes as unknown as string,
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(asset.digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  await rita.repos.updateRelease({ ...repo, release_id: draft.id, draft: false, make_latest: 'true' });

  await world.restart();
  rita = world.as('token-rita').rest;

  const { data: latest } = await rita.repos.getLatestRelease(repo);
  expect(latest.assets.map(({ name, size }) => ({ name, size }))).toEqual([{ name: asset.name, size: bytes.length }]);
  const download = await rita.repos.getReleaseAsset({
    ...repo,
    asset_id: asset.id,
    headers: { accept: 'application/octet-stream' },
  });
  expect(Buffer.from(download.data as unknown as ArrayBuffer)).toEqual(bytes);

  expect(world.journal.changes().map(({ server, action, target }) => `${server} ${action} ${target}`)).toEqual([
    'git push acme/sample refs/heads/release/v1.0.0',
    'github create-pull-request acme/sample#1',
    'github create-review acme/sample#1',
    'github merge-pull-request acme/sample#1',
    'git push acme/sample refs/tags/v1.0.0',
    'github create-release acme/sample v1.0.0',
    'github upload-asset acme/sample v1.0.0 sample-1.0.0-py3-none-any.whl',
    'github publish-release acme/sample v1.0.0',
  ]);
});
