import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { baseEnvironment } from '../../src/clients/command.ts';
import { startApi } from '../support/api-process.ts';
import { WITHIN_MS } from '../support/opened-world.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import type { Service } from '../support/service.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { World } from '../support/world.ts';

const RUN = 'release:seen:1.1.0';
const SEEN_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 200;

let world: World;
let service: Service;
let api: Awaited<ReturnType<typeof startApi>>;
let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
let build: WorkerProcess;
let publish: WorkerProcess;
let secrets: string[];

/** One release by HTTP, in a world that is looked at in every way there is. */
beforeAll(async () => {
  [world, receiver] = await Promise.all([World.open(), startOtlpReceiver()]);
  const { places, keys } = world;
  secrets = [keys.github, keys.index, keys.testIndex, keys.registry, keys.people.rita!.token];
  const observed = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  };
  service = await world.service({ env: { ...observed, SLIPWAY_METRICS_PORT: '0' } });
  const { namespace } = service.client.options;
  await world.addProject('seen');
  const environment = {
    ...{ ...baseEnvironment(), ...observed, SLIPWAY_CONFIG: places.config, SLIPWAY_STATE: places.service },
    ...{ SLIPWAY_PORT: '0', TEMPORAL_ADDRESS: service.address, TEMPORAL_NAMESPACE: namespace },
  };
  const [workers, started] = await Promise.all([
    service.begin('build', 'publish'),
    startApi({ env: environment as Record<string, string>, logFile: logOf('api') }),
  ]);
  [build, publish] = workers as [WorkerProcess, WorkerProcess];
  api = started;

  await send('/v1/releases', { project: 'seen', version: '1.1.0' });
  const run = service.run(RUN);
  const { commit, manifest } = await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  const signOff = { role: 'releaser', decision: 'approve', commit, manifest: manifest?.digest };
  await send(`/v1/runs/${RUN}/sign-offs`, signOff);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
}, WITHIN_MS);
afterAll(async () => {
  await api?.end();
  await world?.close();
  receiver?.close();
});

async function send(path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${world.keys.people.rita!.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${api.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect([answer.status, await answer.text()]).toEqual([expect.toBeOneOf([200, 202]), expect.any(String)]);
}

function logOf(name: string): string {
  return join(world.places.logs, `${service.client.options.namespace}-${name}.log`);
}

function linesOf(name: string): Record<string, unknown>[] {
  const file = { build, publish }[name]?.logFile ?? logOf(name);
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + SEEN_WITHIN_MS; ; await sleep(LOOK_AGAIN_MS)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error('it was not seen in time');
  }
}

test('traces: one leads from the HTTP request through the run and its activities to outside requests and commands', async () => {
  const named = (name: string) => receiver.spans.find((span) => span.name === name);
  await until(() => named('workflow release'));
  await until(() => named('POST /v1/releases'));
  const request = receiver.spans.find(
    ({ name, attributes }) => name.endsWith(' index') && attributes['slipway.step'] === 'release.index',
  );
  const command = receiver.spans.find(
    ({ name, attributes }) => name === 'command git' && attributes['slipway.step'] === 'release.tag',
  );
  const above = ['workflow release', 'start release', 'POST /v1/releases'];
  expect(receiver.chain(request!).map(({ name }) => name)).toEqual([
    ...[request!.name, 'activity ensureOnIndex', ...above],
  ]);
  expect(receiver.chain(command!).map(({ name }) => name)).toEqual(['command git', 'activity ensureTagged', ...above]);
  expect(new Set(receiver.chain(command!).map((one) => one.service))).toEqual(
    new Set(['slipway-publish', 'slipway-api']),
  );
  for (const span of [request!, command!])
    expect(span.attributes).toMatchObject({ 'slipway.run': RUN, 'slipway.project': 'seen' });
  const signal = named('signal signOff');
  expect(receiver.chain(signal!).at(-1)?.name).toBe('POST /v1/runs/:id/sign-offs');
});

test('traces: no secret is in any, and no look at what is not there yet', () => {
  const text = JSON.stringify(receiver.spans);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  expect(text).not.toContain('not-yet');
});

test.each(['build', 'publish'])(
  'logs: each line of an activity of the %s worker names its run, and no line a secret',
  (role) => {
    const lines = linesOf(role);
    const activities = lines.filter(({ msg }) => msg === 'activity');
    expect(activities.length).toBeGreaterThan(5);
    expect(activities.filter(({ run, runId, outcome }) => !run || !runId || !outcome)).toEqual([]);
    const steps = activities.filter(({ run }) => run === RUN).map(({ step }) => step);
    expect(steps).toContain(role === 'build' ? 'test.build' : 'release.index');
    const text = JSON.stringify(lines);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  },
);

test('logs: the lines of the API name the run that was started and signed', () => {
  const requests = linesOf('api').filter(({ msg }) => msg === 'request');
  expect(requests.filter(({ run }) => run === RUN).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/v1/releases', `/v1/runs/${RUN}/sign-offs`]),
  );
});

test("metrics: a worker's answer has its activities, its requests and the Temporal SDK's own numbers", async () => {
  const url = linesOf('publish').find(({ metrics }) => metrics)!.metrics as string;
  const text = await (await fetch(url)).text();
  expect(text).toContain('slipway_activities_total{activity="ensureTagged",outcome="done"} 1');
  expect(text).toMatch(/slipway_outside_requests_total\{system="index",status="200"\} \d+/);
  expect(text).toMatch(/slipway_commands_total\{program="git",outcome="done"\} \d+/);
  expect(text).toMatch(/^temporal_workflow_task_execution_latency_seconds_count\{/m);
  expect((await fetch(url.replace('metrics', 'readyz'))).status).toBe(200);
});

test('readiness: the API sees both workers, and that one is told to stop', async () => {
  const ready = async () => (await fetch(`${api.url}/readyz`)).json() as Promise<{ checks: Record<string, string> }>;
  expect(await until(async () => ((await ready()).checks.build === 'ok' ? await ready() : undefined))).toMatchObject({
    status: 'ok',
  });
  process.kill(build.pid, 'SIGTERM');
  const { checks } = await until(async () => ((await ready()).checks.build === 'ok' ? undefined : await ready()));
  expect(checks).toMatchObject({ build: 'no worker', publish: 'ok', workflows: 'ok', temporal: 'ok' });
});
