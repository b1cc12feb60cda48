import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

const ready = async () => (await api.get('/readyz', { as: null })) as { status: number; body: { checks: object } };

/** What is not ok. */
async function troubles(): Promise<object> {
  const { status, body } = await ready();
  const found = Object.entries(body.checks).filter(([, word]) => word !== 'ok');
  expect(status).toBe(found.length === 0 ? 200 : 503);
  return Object.fromEntries(found);
}

test('readiness: everything is there', async () => {
  expect(await troubles()).toEqual({});
});

test('readiness: a queue that no worker serves is named, each for itself', async () => {
  api.serving.workers = { workflows: 1, build: 0, publish: 1 };
  expect(await troubles()).toEqual({ build: 'no worker' });
  api.serving.workers = { workflows: 0, build: 2, publish: 0 };
  expect(await troubles()).toEqual({ workflows: 'no worker', publish: 'no worker' });
});

test('readiness: no Temporal, a disk that is nearly full, an archive or a store that cannot be read', async () => {
  api.runs.reachable = false;
  api.serving.free = 1000;
  expect(await troubles()).toEqual({ temporal: 'unreachable', disk: 'less than 0 MiB free' });
  api.runs.reachable = true;
  api.serving.free = 2000;
  api.archive.claimed = () => Promise.reject(new Error('EIO'));
  expect(await troubles()).toEqual({ archive: 'unreadable' });
});

test('readiness: what hangs is said to be missing within 5 s, and the process lives', async () => {
  api.archive.claimed = () => new Promise(() => {});
  const began = performance.now();
  expect(await troubles()).toEqual({ archive: 'unreadable' });
  expect(performance.now() - began).toBeLessThan(5_000);
  expect((await api.get('/healthz', { as: null })).status).toBe(200);
});

test('readiness: whoever asks while somebody looks makes nobody look again', async () => {
  let looks = 0;
  api.runs.ready = async () => {
    looks += 1;
  };
  await Promise.all([ready(), ready(), ready()]);
  expect(looks).toBe(1);
});
