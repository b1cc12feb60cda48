import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { receiveHooks } from './hook-receiver.ts';
import { type Rest, refused, repo } from './scene.ts';
import { TestGithub } from './world.ts';

const PATIENT = { timeout: 60_000 };
vi.setConfig({ testTimeout: 120_000 });

const world = new TestGithub();
let rita: Rest;

beforeAll(async () => {
  await world.start();
  await world.createSample();
  rita = world.as('token-rita').rest;
  for (let each = 1; each <= 5; each += 1) await rita.issues.create({ ...repo, title: `Issue ${each}` });
});

afterAll(() => world.stop());

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${world.github.apiUrl}${path}`, { ...init, headers: { authorization: 'Bearer token-rita', ...init.headers } });
const post = (path: string, body: string) => ask(path, { method: 'POST', body });

test('a long list comes in pages, and each says where the others are', async () => {
  const answer = await ask('/repos/acme/sample/issues?per_page=2&page=2');
  expect(((await answer.json()) as { number: number }[]).map(({ number }) => number)).toEqual([3, 2]);
  const url = `${world.github.apiUrl}/repos/acme/sample/issues?per_page=2&page=`;
  expect(answer.headers.get('link')).toBe(
    `<${url}1>; rel="prev", <${url}3>; rel="next", <${url}3>; rel="last", <${url}1>; rel="first"`,
  );
});

test('who has an answer already gets 304, which costs nothing, until it changes', async () => {
  const first = await ask('/repos/acme/sample/issues/1');
  const headers = { 'if-none-match': first.headers.get('etag')! };
  const again = await ask('/repos/acme/sample/issues/1', { headers });
  expect(again.status).toBe(304);
  expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'));
  await rita.issues.createComment({ ...repo, issue_number: 1, body: 'News' });
  expect((await ask('/repos/acme/sample/issues/1', { headers })).status).toBe(200);
});

test('every answer says what the token may do and what is left of the hour', async () => {
  const { headers } = await rita.users.getAuthenticated();
  expect(headers['x-oauth-scopes']).toBe('admin:repo_hook, repo');
  expect(Number(headers['x-ratelimit-remaining'])).toBe(5000 - Number(headers['x-ratelimit-used']));
  const { data } = await rita.repos.get(repo);
  expect(data.permissions).toMatchObject({ admin: true, push: true, pull: true });
  const { data: less } = await world.as('token-uma').rest.repos.get(repo);
  expect(less.permissions).toMatchObject({ admin: false, push: false, pull: true });
});

test('over the limit GitHub refuses, and says until when', async () => {
  const small = new TestGithub();
  await small.start({ rateLimit: 2 });
  await small.createSample();
  const client = small.as('token-tom').rest;
  await client.repos.get(repo);
  await client.repos.get(repo);
  await expect(client.repos.get(repo)).rejects.toMatchObject({
    status: 403,
    response: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': expect.any(String) } },
  });
  await small.stop();
});

test('input that is no JSON, lacks a field or has another type is refused, and changes nothing', async () => {
  const before = world.journal.changes().length;
  expect((await post('/repos/acme/sample/issues', '{')).status).toBe(400);
  expect((await post('/repos/acme/sample/issues', '[]')).status).toBe(400);
  expect((await post('/repos/acme/sample/issues', '{}')).status).toBe(422);
  expect((await post('/repos/acme/sample/issues', '{"title": 7}')).status).toBe(422);
  for (const ref of [
    'refs/heads/-x',
    'refs/heads/a..b',
    'refs/heads/a b',
    'refs/../x/y',
    'heads/x',
    'refs/heads/x.lock',
  ]) {
    const { data } = await rita.repos.getBranch({ ...repo, branch: 'main' });
    await refused(422, rita.git.createRef({ ...repo, ref, sha: data.commit.sha }));
  }
  for (const path of [
    '/repos/acme/..%2f..%2fetc',
    '/repos/acme/sample/commits/--help',
    '/repos/acme/sample/git/trees/-x',
  ]) {
    expect((await ask(path)).status).toBeGreaterThanOrEqual(404);
  }
  expect(world.journal.changes()).toHaveLength(before);
});

test('names with slashes are found whether they come encoded or not', async () => {
  const { data } = await rita.repos.getBranch({ ...repo, branch: 'main' });
  await rita.git.createRef({ ...repo, ref: 'refs/heads/release/v1/rc', sha: data.commit.sha });
  for (const name of ['release/v1/rc', 'release%2Fv1%2Frc']) {
    expect((await ask(`/repos/acme/sample/branches/${name}`)).status).toBe(200);
    expect((await ask(`/repos/acme/sample/git/ref/heads/${name}`)).status).toBe(200);
    expect((await ask(`/repos/acme/sample/commits/${name}/status`)).status).toBe(200);
  }
});

test('a milestone is due on a day of GitHub’s coast', async () => {
  const due = async (title: string, due_on: string) =>
    (await rita.issues.createMilestone({ ...repo, title, due_on })).data.due_on;
  expect(await due('summer', '2020-09-24T06:59:00Z')).toBe('2020-09-23T07:00:00Z');
  expect(await due('noon', '2020-09-24T12:00:00Z')).toBe('2020-09-24T07:00:00Z');
  expect(await due('winter', '2020-12-24T12:00:00Z')).toBe('2020-12-24T08:00:00Z');
});

test('an edit that changes nothing is no change', async () => {
  const before = world.journal.changes().length;
  await rita.issues.update({ ...repo, issue_number: 2, title: 'Issue 2', state: 'open' });
  expect(world.journal.changes()).toHaveLength(before);
});

test('a request whose answer was lost is stored, and is there after a restart', async () => {
  world.journal.fault({ server: 'github', action: 'create-issue', when: 'after', status: 503, times: 1 });
  await refused(503, rita.issues.create({ ...repo, title: 'Lost' }));
  await world.restart();
  rita = world.as('token-rita').rest;
  const { data } = await rita.issues.listForRepo({ ...repo, per_page: 1 });
  expect(data[0]?.title).toBe('Lost');
});

test('of ten requests at once for one label, one makes it', async () => {
  const results = await Promise.allSettled(
    [...Array(10)].map(() => rita.issues.createLabel({ ...repo, name: 'once' })),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(world.journal.changes().filter(({ action }) => action === 'create-label')).toHaveLength(1);
});

test('hooks are told after the answer, and one that is slow holds nobody up', async () => {
  const hooks = await receiveHooks();
  await world.github.addWebhook('acme', 'sample', { url: hooks.url, secret: 'hush', events: ['issues'] });
  await world.github.addWebhook('acme', 'sample', { url: 'http://127.0.0.1:9/nobody-listens', events: ['issues'] });
  const toldWhenAnswered: number[] = [];
  const stop = world.journal.onPoint((point) => {
    if (point === 'answered') toldWhenAnswered.push(hooks.received.length);
  });
  const { data: issue } = await rita.issues.create({ ...repo, title: 'Told' });
  await vi.waitFor(() => expect(hooks.received).toHaveLength(1), PATIENT);
  expect(toldWhenAnswered).toEqual([0]);
  stop();
  expect(JSON.parse(hooks.received[0]!.body)).toMatchObject({ action: 'opened', issue: { number: issue.number } });
  await vi.waitFor(async () => {
    const { data } = await rita.repos.listWebhooks(repo);
    expect(data.map((hook) => hook.last_response.code)).toEqual([202, 502]);
  }, PATIENT);
  hooks.close();
});
