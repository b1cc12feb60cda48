import { sign } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApi, WEBHOOK_SECRET } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
  api = openApi();
  for (const version of ['1.1.0', '1.2.0-rc.1']) await api.openRelease(version);
});
afterEach(() => {
  api.close();
  vi.useRealTimers();
});

let deliveries = 0;

async function deliver(
  event: string,
  payload: object,
  { secret = WEBHOOK_SECRET, delivery = `d${deliveries++}` } = {},
) {
  const body = JSON.stringify({ repository: { full_name: 'acme/sample' }, ...payload });
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': delivery,
    'x-hub-signature-256': await sign(secret, body),
  };
  return (await api.app.request('/hooks/github', { method: 'POST', body, headers })).status;
}

const woken = () => api.runs.woken.map(({ id }) => id);
const review = { action: 'submitted', pull_request: { head: { ref: 'release/v1.1.0' } } };

test('webhook: a review wakes the run whose branch it is on, and no other', async () => {
  expect(await deliver('pull_request_review', review)).toBe(202);
  expect(woken()).toEqual(['release:sample:1.1.0']);
});

test('webhook: all stages of a version share its branch', async () => {
  await deliver('check_run', { check_run: { check_suite: { head_branch: 'release/v1.2.0' } } });
  expect(woken()).toEqual(['release:sample:1.2.0-rc.1']);
});

test('webhook: a push to the main branch may concern every run of the project', async () => {
  await deliver('push', { ref: 'refs/heads/main' });
  expect(woken()).toEqual(['release:sample:1.1.0', 'release:sample:1.2.0-rc.1']);
});

test('webhook: a run in its window is not woken: its monitor looks by itself', async () => {
  api.runs.open.get('release:sample:1.1.0')!.state.phase = 'observe';
  await deliver('push', { ref: 'refs/heads/main' });
  expect(woken()).toEqual(['release:sample:1.2.0-rc.1']);
});

test('webhook: a rollback, which may wait for its yank for days, is woken by none', async () => {
  const request = { schema: 1, project: 'sample', version: '1.0.0', startedBy: 'rita' } as const;
  await api.runs.start({ id: 'rollback:sample:1.0.0', kind: 'rollback', requestKey: 'k', request });
  await deliver('push', { ref: 'refs/heads/main' });
  expect(woken()).toEqual(['release:sample:1.1.0', 'release:sample:1.2.0-rc.1']);
});

test('webhook: a run is woken at once, then at most once a minute, and the last event is not missed', async () => {
  for (let count = 0; count < 5; count++) await deliver('pull_request_review', review);
  expect(woken()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(woken()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(woken()).toHaveLength(2);
});

test('webhook: a redelivery of what was worked off changes nothing', async () => {
  await deliver('push', { ref: 'refs/heads/main' }, { delivery: 'same' });
  await vi.advanceTimersByTimeAsync(61_000);
  await deliver('push', { ref: 'refs/heads/main' }, { delivery: 'same' });
  expect(woken()).toHaveLength(2);
});

test('webhook: a redelivery of one that failed counts', async () => {
  api.runs.reachable = false;
  expect(await deliver('pull_request_review', review, { delivery: 'same' })).toBe(503);
  api.runs.reachable = true;
  expect(await deliver('pull_request_review', review, { delivery: 'same' })).toBe(202);
  expect(woken()).toEqual(['release:sample:1.1.0']);
});

test('webhook: what is not signed with our secret is 401 and wakes nobody', async () => {
  expect(await deliver('push', { ref: 'refs/heads/main' }, { secret: 'another' })).toBe(401);
  expect((await api.app.request('/hooks/github', { method: 'POST', body: '{}' })).status).toBe(401);
  expect(woken()).toEqual([]);
});

test.each([
  ['an unknown repository', 'push', { ref: 'refs/heads/main', repository: { full_name: 'else/where' } }],
  ['an event that changes no wait', 'star', {}],
  ['a ping', 'ping', {}],
  ['the status that a run told itself', 'status', { context: 'slipway', state: 'pending' }],
  ['a payload without a repository', 'push', { repository: null }],
])('webhook: %s is taken and wakes nobody', async (_what, event, payload) => {
  expect(await deliver(event, payload)).toBe(202);
  expect(woken()).toEqual([]);
});
