import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GitHubAccess } from '../../src/activities/ports.ts';
import { createGitHub } from '../../src/clients/github/github-client.ts';
import { commitFile, git, TestGithub } from '../sandbox/github/world.ts';

const world = new TestGithub();
const github = createGitHub();
let clone: string;

beforeAll(async () => {
  await world.start();
  await world.createSample({ rules: [{ branch: 'main', approvals: 1, dismissStaleReviews: true }] });
  clone = await world.clone('rita', 'token-rita');
});

afterAll(() => world.stop());

beforeEach(() => world.journal.clearFaults());

function as(token: string): GitHubAccess {
  return { apiUrl: world.github.apiUrl, owner: 'acme', repo: 'sample', token };
}

async function pushed(branch: string): Promise<string> {
  const sha = await commitFile(clone, branch, `${branch.replaceAll('/', '-')}.md`, branch);
  await git(clone, 'push', '-q', 'origin', branch);
  return sha;
}

async function opened(branch: string) {
  await pushed(branch);
  return github.createPullRequest(as('token-rita'), {
    head: branch,
    base: 'main',
    title: `Release ${branch}`,
    body: 'All',
  });
}

describe('repository', () => {
  test('a token says whose it is and what it may do', async () => {
    expect(await github.repository(as('token-rita'))).toEqual({
      permissions: { push: true, admin: true },
      defaultBranch: 'main',
      login: 'rita',
      private: false,
    });
    expect(await github.repository(as('token-uma'))).toMatchObject({ permissions: { push: false, admin: false } });
  });

  test("an App's token is nobody's, and is as good as another", async () => {
    expect(await github.repository(as('token-ci'))).toMatchObject({ login: '', permissions: { push: true } });
  });

  test('an unknown token is refused, and is in no word of it', async () => {
    const error = await github.repository(as('ghp_nobody-has-this')).catch((each: unknown) => each as Error);
    expect(error).toMatchObject({ code: 'credential-refused' });
    expect(JSON.stringify([error, String(error)])).not.toContain('ghp_nobody-has-this');
  });

  test('a repository that the token may not see lacks the permission', async () => {
    const elsewhere = { ...as('token-rita'), repo: 'another' };
    await expect(github.repository(elsewhere)).rejects.toMatchObject({ code: 'permission-missing' });
  });

  test('the rules of a branch are read from its ruleset, and a branch without rules has none', async () => {
    const rules = await github.branchRules(as('token-rita'), 'main');
    expect(rules).toMatchObject({ approvals: 1, dismissStale: true, lastPushApproval: false });
    expect(await github.branchRules(as('token-rita'), 'develop')).toEqual({
      approvals: 0,
      dismissStale: false,
      lastPushApproval: false,
      mergeMethods: null,
    });
  });

  test('classic protection and the repository settings count as well', async () => {
    const wish = { owner: 'acme', name: 'classic', from: join(world.folder, 'seed-sample') };
    const rules = [{ branch: 'main', kind: 'classic' as const, approvals: 2, requireLastPushApproval: true }];
    await world.github.createRepository({ ...wish, rules, mergeMethods: ['squash'] });
    const access = { ...as('token-rita'), repo: 'classic' };
    expect(await github.branchRules(access, 'main')).toEqual({
      approvals: 2,
      dismissStale: false,
      lastPushApproval: true,
      mergeMethods: ['squash'],
    });
  });

  test('a reader and a stranger have no write access', async () => {
    const can = (login: string) => github.canWrite(as('token-rita'), login);
    expect(await Promise.all(['rita', 'tom', 'uma', 'nobody-at-all'].map(can))).toEqual([true, true, false, false]);
  });
});

describe('pull requests', () => {
  test('one is found by its exact branches, whatever its state, and has no merge commit before it is merged', async () => {
    const first = await opened('release/v0.1.0');
    await github.updatePullRequest(as('token-rita'), first.number, { state: 'closed', title: 'Not this one' });
    const second = await github.createPullRequest(as('token-rita'), {
      head: 'release/v0.1.0',
      base: 'main',
      title: 'Release v0.1.0',
      body: 'All',
    });
    const found = await github.pullRequests(as('token-rita'), { head: 'release/v0.1.0', base: 'main' });
    expect(found.map(({ number, state }) => ({ number, state }))).toEqual([
      { number: second.number, state: 'open' },
      { number: first.number, state: 'closed' },
    ]);
    expect(found[0]).toMatchObject({ merged: false, mergeCommit: null, title: 'Release v0.1.0', author: 'rita' });
    expect(await github.pullRequests(as('token-rita'), { head: 'release/v0.1.0', base: 'develop' })).toEqual([]);
  });

  test('a second one for the same branches is refused in the words of GitHub', async () => {
    await opened('release/v0.2.0');
    const again = { head: 'release/v0.2.0', base: 'main', title: 'Again', body: '' };
    await expect(github.createPullRequest(as('token-rita'), again)).rejects.toMatchObject({
      code: 'github-refused',
      message: expect.stringContaining('already exists'),
    });
  });

  test('it is merged only as the commit that was approved, after the reviews that rules want', async () => {
    const pull = await opened('release/v1.0.0');
    const how = { method: 'merge' as const, title: 'Release v1.0.0', message: 'Signed off' };
    const merge = (sha: string) => github.merge(as('token-rita'), pull.number, { sha, ...how });

    await expect(merge(pull.head.sha)).rejects.toMatchObject({ code: 'not-mergeable' });
    const review = { owner: 'acme', repo: 'sample', pull_number: pull.number, event: 'APPROVE' as const };
    await world.as('token-tom').rest.pulls.createReview({ ...review, commit_id: pull.head.sha });
    expect(await github.reviews(as('token-rita'), pull.number)).toMatchObject([
      { user: 'tom', state: 'APPROVED', commit: pull.head.sha },
    ]);
    await expect(merge('0'.repeat(40))).rejects.toMatchObject({ code: 'branch-moved' });

    const { sha } = await merge(pull.head.sha);
    expect(await github.pullRequest(as('token-rita'), pull.number)).toMatchObject({ merged: true, mergeCommit: sha });
    const broughtIn = await github.pullRequestsOfCommit(as('token-rita'), pull.head.sha);
    expect(broughtIn.map(({ number }) => number)).toContain(pull.number);
    await expect(merge(pull.head.sha)).rejects.toMatchObject({ code: 'not-mergeable' });
  });

  test('a reader may not open one', async () => {
    await pushed('release/v1.1.0');
    const pull = { head: 'release/v1.1.0', base: 'main', title: 'Release', body: '' };
    await expect(github.createPullRequest(as('token-uma'), pull)).rejects.toMatchObject({ code: 'permission-missing' });
  });

  test('all reviews are read, page after page', async () => {
    const pull = await opened('release/v1.2.0');
    const review = { owner: 'acme', repo: 'sample', pull_number: pull.number, event: 'COMMENT' as const, body: 'Well' };
    for (let count = 0; count < 101; count++) await world.as('token-tom').rest.pulls.createReview(review);
    expect(await github.reviews(as('token-rita'), pull.number)).toHaveLength(101);
  });
});

describe('checks', () => {
  test('check runs and statuses count by name, as each ended last', async () => {
    const sha = await pushed('feature/checks');
    const at = { owner: 'acme', repo: 'sample' };
    const ci = world.as('token-ci').rest;
    const run = (name: string, conclusion: 'success' | 'failure' | 'skipped') =>
      ci.checks.create({ ...at, name, head_sha: sha, status: 'completed', conclusion });
    await run('tests', 'failure');
    await run('tests', 'success');
    await run('docs', 'skipped');
    await ci.checks.create({ ...at, name: 'slow', head_sha: sha, status: 'in_progress' });
    await ci.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'legacy' });
    await ci.repos.createCommitStatus({ ...at, sha, state: 'error', context: 'legacy' });

    const checks = await github.checks(as('token-rita'), sha);
    expect(Object.fromEntries(checks.map(({ name, state }) => [name, state]))).toEqual({
      tests: 'success',
      docs: 'neutral',
      slow: 'pending',
      legacy: 'failure',
    });
  });
});

describe('releases', () => {
  const wish = { target: 'main', name: 'v', body: 'Notes', prerelease: false };
  const bytes = Buffer.from('a wheel');
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

  function wheel(): string {
    const file = join(world.folder, 'sample.whl');
    writeFileSync(file, bytes);
    return file;
  }

  test('a draft is found by its tag, among all others, before it has one', async () => {
    for (let count = 0; count < 100; count++) {
      await github.createRelease(as('token-rita'), { ...wish, tag: `v0.0.${count}` });
    }
    await github.createRelease(as('token-rita'), { ...wish, tag: 'v2.0.0' });
    for (const tag of ['v0.0.0', 'v2.0.0']) {
      expect(await github.releases(as('token-rita'), tag)).toMatchObject([{ tag, draft: true, assets: [] }]);
    }
  });

  test('it becomes the latest only when it is told to', async () => {
    const first = await github.createRelease(as('token-rita'), { ...wish, tag: 'v3.1.0' });
    await github.updateRelease(as('token-rita'), first.id, { draft: false, makeLatest: 'true' });
    const backport = await github.createRelease(as('token-rita'), { ...wish, tag: 'v3.0.1' });
    await github.updateRelease(as('token-rita'), backport.id, { draft: false });
    await github.updateRelease(as('token-rita'), backport.id, { body: 'Corrected' });
    expect(await github.latestRelease(as('token-rita'))).toBe('v3.1.0');
  });

  test('an asset arrives with the digest of its bytes, and under the name that GitHub gives it', async () => {
    const release = await github.createRelease(as('token-rita'), { ...wish, tag: 'v4.0.0' });
    const plain = await github.uploadAsset(as('token-rita'), release, 'sample-4.0.0-py3-none-any.whl', wheel());
    expect(plain).toMatchObject({ name: 'sample-4.0.0-py3-none-any.whl', state: 'uploaded', size: 7, digest });
    expect((await github.uploadAsset(as('token-rita'), release, 'release notes.md', wheel())).name).toBe(
      'release.notes.md',
    );
    expect(await github.assetDigest(as('token-rita'), { ...plain, digest: null })).toBe(digest);
    await github.deleteAsset(as('token-rita'), plain.id);
    await github.deleteAsset(as('token-rita'), plain.id);
    expect((await github.releases(as('token-rita'), 'v4.0.0'))[0]?.assets.map(({ name }) => name)).toEqual([
      'release.notes.md',
    ]);
  });

  test('an upload whose answer is lost was one request, and its asset is found', async () => {
    const release = await github.createRelease(as('token-rita'), { ...wish, tag: 'v5.0.0' });
    world.journal.fault({ server: 'github', action: 'upload-asset', when: 'after', status: 502, times: 1 });
    const upload = () => github.uploadAsset(as('token-rita'), release, 'sample.whl', wheel());
    await expect(upload()).rejects.toMatchObject({ code: 'github-unreachable' });
    expect((await github.releases(as('token-rita'), 'v5.0.0'))[0]?.assets).toMatchObject([
      { name: 'sample.whl', digest },
    ]);
    await expect(upload()).rejects.toMatchObject({
      code: 'github-refused',
      message: expect.stringContaining('already_exists'),
    });
  });

  test('a creation that fails is not sent again', async () => {
    world.journal.fault({ server: 'github', action: 'create-release', when: 'before', status: 503, times: 1 });
    const create = github.createRelease(as('token-rita'), { ...wish, tag: 'v6.0.0' });
    await expect(create).rejects.toMatchObject({ code: 'github-unreachable' });
    expect(await github.releases(as('token-rita'), 'v6.0.0')).toEqual([]);
  });

  test('one that is gone already is as good as deleted', async () => {
    const { id } = await github.createRelease(as('token-rita'), { ...wish, tag: 'v7.0.0' });
    await github.deleteRelease(as('token-rita'), id);
    await github.deleteRelease(as('token-rita'), id);
    expect(await github.releases(as('token-rita'), 'v7.0.0')).toEqual([]);
  });
});

describe('trouble', () => {
  const read = () => github.pullRequest(as('token-rita'), 1);
  const reset = String(Math.floor(Date.now() / 1000) + 90);

  test.each([
    ['a rest that is named', 403, { 'retry-after': '30' }, 'secondary rate limit', 30, 30],
    [
      'an hour that is used up',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      'API rate limit',
      60,
      90,
    ],
    ['a secondary limit without a time', 403, {}, 'You have exceeded a secondary rate limit', 60, 60],
    ['too many requests', 429, {}, 'Too many', 60, 60],
  ])('%s is a limit to wait for', async (_, status, headers, message, least, most) => {
    world.journal.fault({
      server: 'github',
      action: 'read',
      when: 'before',
      status,
      headers,
      body: { message },
      times: 1,
    });
    const error = (await read().catch((each: unknown) => each)) as {
      code: string;
      facts: { retryAfterSeconds: number };
    };
    expect(error.code).toBe('github-rate-limited');
    expect(error.facts.retryAfterSeconds).toBeGreaterThanOrEqual(least);
    expect(error.facts.retryAfterSeconds).toBeLessThanOrEqual(most);
  });

  test.each([
    [500, 'github-unreachable'],
    [403, 'permission-missing'],
    [404, 'github-refused'],
    [422, 'github-refused'],
  ])('%i is %s, in the words of GitHub', async (status, code) => {
    const body = {
      message: 'Validation Failed',
      errors: [{ resource: 'Release', field: 'tag_name', code: 'invalid' }],
    };
    world.journal.fault({ server: 'github', action: 'read', when: 'before', status, body, times: 1 });
    await expect(read()).rejects.toMatchObject({ code, message: expect.stringContaining('Release tag_name invalid') });
  });

  test('a page of a proxy is no answer of GitHub', async () => {
    world.journal.fault({
      server: 'github',
      action: 'read',
      when: 'before',
      status: 200,
      body: 'Please log in',
      times: 1,
    });
    await expect(read()).rejects.toMatchObject({ code: 'github-unreachable' });
  });

  test('a GitHub that never answers is unreachable when the time is over', async () => {
    const impatient = createGitHub({ seconds: 0.2 });
    world.journal.fault({ server: 'github', action: 'read', when: 'before', hang: true, times: 1 });
    await expect(impatient.pullRequest(as('token-rita'), 1)).rejects.toMatchObject({ code: 'github-unreachable' });
  });

  test('an activity that is cancelled ends its request', async () => {
    const controller = new AbortController();
    const cancelled = createGitHub({ cancellation: () => controller.signal });
    world.journal.fault({ server: 'github', action: 'read', when: 'before', hang: true, times: 1 });
    const reading = cancelled.pullRequest(as('token-rita'), 1);
    controller.abort(new Error('cancelled by Temporal'));
    await expect(reading).rejects.toThrow('cancelled by Temporal');
  });

  test('nobody there is unreachable', async () => {
    const nowhere = { ...as('token-rita'), apiUrl: 'http://127.0.0.1:1' };
    await expect(github.latestRelease(nowhere)).rejects.toMatchObject({ code: 'github-unreachable' });
  });
});
