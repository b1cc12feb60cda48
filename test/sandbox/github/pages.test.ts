import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { repo } from './scene.ts';
import { commitFile, git, TestGithub } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const world = new TestGithub();

beforeAll(async () => {
  await world.start();
  await world.createSample({ rules: [{ branch: 'main' }] });
});

afterAll(() => world.stop());

const page = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
};

test('every page that an answer links to is there for a person to read', async () => {
  const { rest } = world.as('token-rita');
  const clone = await world.clone('rita', 'token-rita');
  const sha = await commitFile(clone, 'topic', 'page.txt', '<b>bold</b>');
  await git(clone, 'push', '-q', 'origin', 'topic');
  const { data: pull } = await rest.pulls.create({
    ...repo,
    head: 'topic',
    base: 'main',
    title: 'A <i>topic</i>',
    body: 'Why',
  });
  const { data: issue } = await rest.issues.create({ ...repo, title: 'Trouble', body: 'URGENT' });
  const { data: milestone } = await rest.issues.createMilestone({ ...repo, title: 'v2' });
  const { data: draft } = await rest.repos.createRelease({
    ...repo,
    tag_name: 'v1.0.0',
    name: 'Sample v1.0.0',
    draft: true,
  });
  const upload = { ...repo, release_id: draft.id, url: draft.upload_url, name: 'one.txt', data: 'one' };
  await rest.repos.uploadReleaseAsset(upload);
  expect((await page(draft.html_url)).text).toContain('draft');
  const { data: release } = await rest.repos.updateRelease({ ...repo, release_id: draft.id, draft: false });
  const { data: home } = await rest.repos.get(repo);
  const { data: commit } = await rest.repos.getCommit({ ...repo, ref: sha });
  const { data: compare } = await rest.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...topic' });
  const { data: branch } = await rest.repos.getBranch({ ...repo, branch: 'topic' });

  const expected: [string, string][] = [
    [`${world.github.url}/`, 'acme/sample'],
    [home.html_url, '# Sample'],
    [pull.html_url, 'At least 1 approving review is required'],
    [issue.html_url, 'URGENT'],
    [milestone.html_url, 'Milestone v2'],
    [release.html_url, release.assets[0]!.digest!],
    [release.assets[0]!.browser_download_url, 'one'],
    [`${home.html_url}/releases/latest`, 'Sample v1.0.0'],
    [`${home.html_url}/releases`, 'Sample v1.0.0'],
    [`${home.html_url}/pulls`, '#1'],
    [`${home.html_url}/issues`, 'Trouble'],
    [`${home.html_url}/commits`, 'chore: begin'],
    [commit.html_url, 'feat: page.txt'],
    [compare.html_url, 'page.txt'],
    [branch._links.html, 'feat: page.txt'],
  ];
  for (const [url, text] of expected) {
    const { status, text: body } = await page(url);
    expect([url, status], body).toEqual([url, 200]);
    expect(body, url).toContain(text);
  }
  expect((await page(pull.html_url)).text).not.toMatch(/<b>bold|<i>topic/);
  expect((await page(release.tarball_url!)).status).toBe(200);
});

test('a page that is not there says so', async () => {
  for (const path of [
    'acme/other',
    'acme/sample/pull/99',
    'acme/sample/releases/tag/v9',
    'acme/sample/commit/0000',
    'nowhere',
  ]) {
    expect([path, (await page(`${world.github.url}/${path}`)).status]).toEqual([path, 404]);
  }
});
