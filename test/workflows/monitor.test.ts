import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import { type Reading, verdictOf } from '../../src/domain/health.ts';
import { openMonitor } from '../../src/domain/run/monitor.ts';
import type { monitor } from '../../src/workflows/index.ts';
import type { MonitorInput } from '../../src/workflows/monitor.ts';
import { project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';
import { bad, outside } from '../support/watched.ts';

let world: Harness;
let look = outside();
let install: () => Reading | Promise<never>;

beforeAll(async () => {
  const { publish, build } = releaseActivities(project());
  world = await harness({
    publish: { ...publish, takeReadings: (input) => look.takeReadings(input) } as PublishActivities,
    build: { ...build, takeBuildReading: async () => install() },
  });
});
afterAll(() => world?.close());

function probesOf(...metrics: string[]) {
  const http = metrics.map((name) => `{ kind: http, name: ${name}, url: "https://m.example", pointer: /x, max: 1 }`);
  const probes = ['{ kind: install, every: 1h }', ...http].join(', ');
  return project(`monitoring: { window: 24h, every: 10m, probes: [ ${probes} ] }\n`).monitoring!.probes;
}

/** `every`: in seconds, also parts of them, where a test lets time pass as it does. */
async function input({
  every,
  length = 86_400,
  ...given
}: Partial<MonitorInput> & { every?: number; length?: number }) {
  const probes = (given.probes ?? probesOf()).map((probe) => ({ ...probe, every: every ?? probe.every }));
  const full: MonitorInput = {
    schema: 1,
    run: { id: 'release:sample:gone', runId: randomUUID() },
    context: {
      ...{ id: 'release:sample:1.2.0', project: project(), version: '1.2.0', startedBy: 'rel', time: 0 },
      procedure: { kind: 'release' },
    },
    expected: { files: [], tag: { name: 'v1.2.0', object: '1'.repeat(40) }, yanked: false },
    ...{ recipe: null, since: '2026-01-01T00:00:00Z', rounds: 40, state: openMonitor(probes, length) },
    ...given,
    probes,
  };
  return { workflowId: `monitor:sample:${randomUUID()}`, taskQueue: WORKFLOW_QUEUE, args: [full] as [MonitorInput] };
}

const started = async (given: Parameters<typeof input>[0]) =>
  world.skippingClient.workflow.start<typeof monitor>('monitor', await input(given));

const METRICS = ['errors', 'latency', 'memory', 'crashes'];

test('monitor: a thousand readings go through continue-as-new, each interval once, and what is kept stays small', async () => {
  look = outside((probe, at) => (probe === 'errors' && at > 60 && at <= 70 ? bad() : undefined));
  install = () => ({ health: 'healthy', value: 1, note: 'installs' });
  const run = await started({ probes: probesOf(...METRICS), length: 125 * 600 });
  const state = await run.result();
  const taken = state.probes.map(({ name, taken: { healthy, unhealthy, unknown } }) => [
    name,
    healthy + unhealthy + unknown,
  ]);
  const each = Object.fromEntries(['index', 'tag', 'github-release', 'issues', ...METRICS].map((name) => [name, 125]));
  expect(Object.fromEntries(taken)).toEqual({ ...each, install: 21 });
  expect(look.looks).toBe(125);
  const errors = state.probes.find(({ name }) => name === 'errors')!;
  expect(errors.taken).toEqual({ healthy: 115, unhealthy: 10, unknown: 0 });
  expect(errors.readings.length).toBeLessThanOrEqual(120);
  expect(errors.readings.find(([, , health]) => health === 'u')![0]).toBe(60 * 600);
  expect(state.breaches).toMatchObject([{ probe: 'errors', at: 62 * 600, note: 'too many' }]);
  expect(JSON.stringify(state).length).toBeLessThan(30_000);
  const last = await world.client.workflow.getHandle(run.workflowId).describe();
  expect(last.runId).not.toBe(run.firstExecutionRunId);
  expect(last.historyLength).toBeLessThan(600);
}, 180_000);

test('monitor: a source that nobody answers for is unknown, and so is one whose worker is lost', async () => {
  look = outside();
  look.takeReadings = async () => {
    throw ApplicationFailure.create({ type: 'worker-unfit', message: 'no answer', nonRetryable: true });
  };
  install = async () => {
    throw ApplicationFailure.create({ type: 'unexpected', message: 'the worker fell over', nonRetryable: true });
  };
  const state = await (await started({ length: 1200 })).result();
  expect(state.probes.map(({ health, taken }) => [health, taken.healthy + taken.unhealthy])).toEqual(
    state.probes.map(() => ['unknown', 0]),
  );
  expect(verdictOf(state.probes, state.breaches)).toBe('inconclusive');
  expect(state.breaches).toEqual([]);
});

test('monitor: a slow install holds up no look outside, and its run ends the window without waiting for it', async () => {
  look = outside();
  let letGo: (error: Error) => void = () => undefined;
  install = () =>
    new Promise<never>((_, reject) => {
      letGo = reject;
    });
  const run = await world.client.workflow.start<typeof monitor>('monitor', await input({ every: 0.05, length: 3600 }));
  await vi.waitFor(() => expect(look.looks).toBeGreaterThan(10), { timeout: 20_000 });
  await run.signal('steer', { length: 3600, held: false, concluded: true });
  const state = await run.result();
  expect(state.probes.map(({ name }) => name)).not.toContain('install');
  expect(state.concluded).toBe(true);
  letGo(new Error('nobody waits for it'));
});

test('monitor: a worker that starts anew in the window goes on where the last one stopped', async () => {
  look = outside();
  install = () => ({ health: 'healthy', value: 1, note: 'installs' });
  const run = await world.client.workflow.start<typeof monitor>('monitor', await input({ every: 0.2, length: 3600 }));
  await vi.waitFor(() => expect(look.looks).toBeGreaterThan(3), { timeout: 20_000 });
  await world.restartWorkers();
  const looks = look.looks;
  await vi.waitFor(() => expect(look.looks).toBeGreaterThan(looks + 3), { timeout: 20_000 });
  await run.signal('steer', { length: 3600, held: false, concluded: true });
  const { probes } = await run.result();
  expect(probes.find(({ name }) => name === 'tag')!.taken.healthy).toBe(look.looks);
}, 60_000);
