import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApi } from './fixture.ts';

const TOKEN = 'scrape-token-of-prometheus';
let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

function withToken(): void {
  writeFileSync(join(api.root, 'scrape'), `${TOKEN}\n`);
  writeFileSync(join(api.root, 'slipway.yaml'), `${api.config()}\nmetrics: { tokenFile: scrape }\n`);
}

async function scrape(): Promise<string> {
  const { status, body } = await api.get('/metrics', { as: null, headers: { authorization: `Bearer ${TOKEN}` } });
  expect(status).toBe(200);
  return String(body);
}

/** The value of a series; undefined where there is none. */
function sampleOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('metrics: requests are counted by the pattern of their route, whatever is asked for', async () => {
  withToken();
  await api.openRelease();
  await api.get('/v1/runs/release:sample:1.1.0');
  await api.get('/v1/runs/release:sample:9.9.9');
  await api.call('GET', '/nobody-has-this/route', {});
  const text = await scrape();
  expect(sampleOf(text, 'slipway_http_requests_total{method="GET",route="/v1/runs/:id",status="200"}')).toBe(1);
  expect(sampleOf(text, 'slipway_http_requests_total{method="GET",route="/v1/runs/:id",status="404"}')).toBe(1);
  expect(sampleOf(text, 'slipway_http_requests_total{method="other",route="none",status="404"}')).toBe(1);
  expect(text).not.toMatch(/9\.9\.9|nobody-has/);
});

test('metrics: refused tokens are counted, and who waits for whom since when', async () => {
  withToken();
  await api.get('/v1/runs', { as: 'a stranger' });
  const { state } = await api.openRelease();
  state.status = 'waiting';
  const since = new Date(Date.now() - 7_200_000).toISOString();
  state.waitingFor = [{ step: 'approve.sign-offs', kind: 'sign-off', for: ['tech-lead'], since }];
  await api.archive.putRun(api.oldRun('1.0.0'));
  const text = await scrape();
  expect(sampleOf(text, 'slipway_sign_in_refusals_total{means="token"}')).toBe(1);
  expect(sampleOf(text, 'slipway_runs{project="sample",kind="release",status="waiting"}')).toBe(1);
  const oldest = 'slipway_wait_oldest_seconds{project="sample",kind="sign-off",role="tech-lead"}';
  expect(sampleOf(text, oldest)).toBeGreaterThanOrEqual(7_200);
});

test('metrics: figures of releases are counted now and then, not for each scrape', async () => {
  api.close();
  let at = Date.parse('2026-06-30T00:00:00Z');
  api = openApi({ now: () => new Date(at) });
  withToken();
  let lists = 0;
  const { list } = api.runs;
  api.runs.list = (filter) => {
    lists += 1;
    return list.call(api.runs, filter);
  };
  await Promise.all([scrape(), scrape(), scrape()]);
  await scrape();
  expect(lists).toBe(1);
  await api.openRelease();
  at += 60_000;
  expect(sampleOf(await scrape(), 'slipway_runs{project="sample",kind="release",status="running"}')).toBe(1);
});

test('metrics: where releases cannot be counted the rest is told, and that it failed', async () => {
  withToken();
  api.runs.reachable = false;
  const text = await scrape();
  expect(sampleOf(text, 'slipway_figures_failures_total')).toBe(1);
  expect(sampleOf(text, 'slipway_ready{check="temporal"}')).toBe(0);
  expect(sampleOf(text, 'slipway_ready{check="archive"}')).toBe(1);
});

test('metrics: with a scrape token in the configuration nothing else opens them', async () => {
  withToken();
  const asked = (authorization?: string) =>
    api.get('/metrics', { as: null, headers: authorization === undefined ? {} : { authorization } });
  for (const authorization of [undefined, 'Bearer ', 'Bearer wrong', `Basic ${TOKEN}`, 'Bearer token-of-anna'])
    expect(await asked(authorization)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  writeFileSync(join(api.root, 'scrape'), '\n');
  expect(await asked('Bearer ')).toMatchObject({ status: 401 });
});

test('metrics: without one only this machine itself reads them, and no proxy for others', async () => {
  const server = serve({ fetch: api.app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const statuses = [
    await fetch(url),
    await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7' } }),
    await fetch(url, { headers: { forwarded: 'for=203.0.113.7' } }),
  ].map(({ status }) => status);
  server.closeAllConnections();
  server.close();
  expect(statuses).toEqual([200, 401, 401]);
  expect((await api.get('/metrics', { as: 'anna' })).status).toBe(401); // no socket: nobody knows from where
});
