import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import { temporalRuns } from '../../src/api/temporal-runs.ts';
import type { Inspection } from '../../src/domain/run/request.ts';
import { project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';
import { openApi } from './fixture.ts';

let world: Harness;
let api: ReturnType<typeof openApi>;
let inspection: () => Promise<Partial<Inspection>> = async () => ({});

beforeAll(async () => {
  const { publish, build } = releaseActivities(project('signOffs: { release: [tech-lead] }'));
  world = await harness({
    build,
    publish: {
      ...publish,
      freeze: async (input) => ({ ...(await publish.freeze(input)), people: await api.directory.people('sample') }),
      inspectProject: async (input) => ({ ...(await publish.inspectProject(input)), ...(await inspection()) }),
      ensureInLane: async ({ project: name, ...ticket }) => {
        const lane = {
          workflowId: `lane:${name}`,
          taskQueue: WORKFLOW_QUEUE,
          args: [],
          signal: 'enter',
          signalArgs: [ticket],
        };
        await world.client.workflow.signalWithStart('lane', lane);
      },
    },
  });
  api = openApi({ real: temporalRuns(world.client) });
});
afterAll(async () => {
  api?.close();
  await world?.close();
});

type Shown = { status: string; waitingFor: { kind: string }[]; refusals: unknown[] };

async function until(version: string, holds: (run: Shown) => boolean) {
  return vi.waitFor(
    async () => {
      const { body } = await api.get(`/v1/runs/release:sample:${version}`);
      expect(holds(body), JSON.stringify(body)).toBe(true);
      return body;
    },
    { timeout: 20_000, interval: 100 },
  );
}

const waitsForSignOff = (run: Shown) => run.waitingFor.some(({ kind }) => kind === 'sign-off');

test('a release is started, refused a stale sign-off, signed and released over HTTP', async () => {
  const started = await api.post('/v1/releases', { project: 'sample', version: '1.2.0' }, { key: 'k' });
  expect(started.status).toBe(202);
  expect((await api.post('/v1/releases', { project: 'sample', version: '1.2.0' }, { key: 'k' })).body).toEqual(
    started.body,
  );
  const second = await api.post('/v1/releases', { project: 'sample', version: '1.2.0' });
  expect(second).toMatchObject({ status: 409, body: { code: 'run-open', run: { runId: started.body.runId } } });

  const { commit, manifest } = await until('1.2.0', waitsForSignOff);
  const signOff = { role: 'tech-lead', decision: 'approve', commit, manifest: manifest.digest };
  const path = '/v1/runs/release%3Asample%3A1.2.0/sign-offs';
  const stale = await api.post(path, { ...signOff, commit: '0'.repeat(40) }, { as: 'tom' });
  expect(stale).toMatchObject({ status: 409, body: { code: 'refused', run: { commit } } });
  await vi.waitFor(async () => {
    const { body } = await api.get('/v1/runs?project=sample&status=waiting&waitingFor=tech-lead');
    expect(body.runs).toMatchObject([{ id: 'release:sample:1.2.0', runId: started.body.runId, status: 'waiting' }]);
  });

  expect(await api.post(path, signOff, { as: 'tom' })).toMatchObject({
    status: 200,
    body: { signOffs: [{ by: 'tom' }] },
  });
  expect(await until('1.2.0', (run) => run.status === 'ended')).toMatchObject({ outcome: 'released', live: true });
  expect(await api.post(path, signOff, { as: 'tom' })).toMatchObject({ status: 409, body: { code: 'run-ended' } });
});

test('what the Temporal CLI signals shows in the API, refusals too', async () => {
  await api.post('/v1/releases', { project: 'sample', version: '1.3.0' });
  await until('1.3.0', waitsForSignOff);
  await world.client.workflow
    .getHandle('release:sample:1.3.0')
    .signal('abort', { by: 'vera', requestId: 'x', reason: 'no' });
  const { refusals } = await until('1.3.0', (run) => run.refusals.length === 1);
  expect(refusals).toMatchObject([{ signal: 'abort', by: 'vera' }]);
  const aborted = await api.post('/v1/runs/release:sample:1.3.0/abort', { reason: 'not today' }, { as: 'otto' });
  expect(aborted.status).toBe(200);
  expect(await until('1.3.0', (run) => run.status === 'ended')).toMatchObject({ outcome: 'withdrawn' });
  expect((await api.post('/v1/releases', { project: 'sample', version: '1.3.0', dryRun: true })).body.id).toBe(
    'plan:sample:1.3.0',
  );
});

test('a bump is resolved by looking at the project, and what is wrong with it is the answer', async () => {
  inspection = async () => ({ next: '1.4.0' });
  expect((await api.get('/v1/projects/sample/next?bump=minor')).body).toMatchObject({ last: '1.1.0', next: '1.4.0' });
  inspection = async () => {
    throw ApplicationFailure.create({ type: 'branch-missing', message: 'there is no develop', nonRetryable: true });
  };
  const refused = await api.post('/v1/releases', { project: 'sample', bump: 'minor' });
  expect(refused).toMatchObject({ status: 422, body: { code: 'branch-missing', detail: 'there is no develop' } });
  expect((await api.get('/v1/projects')).body.projects[0].project).toBe('sample');
});

test('a run whose worker is silent is shown within five seconds, and said not to be live', async () => {
  await world.client.workflow.start('release', { taskQueue: 'nobody', workflowId: 'release:sample:5.0.0', args: [{}] });
  const began = Date.now();
  const answer = await api.get('/v1/runs/release:sample:5.0.0');
  expect(answer).toMatchObject({ status: 200, body: { live: false, id: 'release:sample:5.0.0', status: 'running' } });
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(await api.get('/v1/runs/release:sample:6.0.0')).toMatchObject({ status: 404 });
});

test('without a worker a bump cannot be resolved, and the overview shows its projects all the same', async () => {
  const client = new Client({ connection: world.connection, namespace: 'default' });
  const alone = openApi({ real: temporalRuns(client, { inspectWithinMs: 500 }) });
  const refused = await alone.post('/v1/releases', { project: 'sample', bump: 'minor' });
  expect(refused).toMatchObject({ status: 503, body: { code: 'worker-silent' } });
  const { body } = await alone.get('/v1/projects');
  expect(body.projects).toMatchObject([{ project: 'sample', current: null, problem: { code: 'worker-silent' } }]);
  alone.close();
});

test('runs that Temporal has forgotten come last in the list, and those that it knows come once', async () => {
  const kept = {
    project: 'sample',
    kind: 'release',
    waitingFor: [],
    status: 'ended',
    outcome: 'released',
    phase: 'publish',
  };
  await api.archive.putRun({
    ...kept,
    id: 'release:sample:0.1.0',
    runId: '00000000-0000-4000-8000-000000000000',
    version: '0.1.0',
    startedAt: '2024-01-01',
  });
  const known = await world.client.workflow.getHandle('release:sample:1.2.0').describe();
  await api.archive.putRun({
    ...kept,
    id: 'release:sample:1.2.0',
    runId: known.runId,
    version: '1.2.0',
    startedAt: '2025-01-01',
  });

  const seen: string[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const { body } = await api.get(`/v1/runs?limit=2${next && `&cursor=${next}`}`);
    seen.push(...body.runs.map((run: { id: string }) => run.id));
    next = body.next;
  }
  expect(seen[0]).toBe('release:sample:5.0.0');
  expect(seen.at(-1)).toBe('release:sample:0.1.0');
  expect(seen.toSorted()).toEqual([...new Set(seen)].toSorted());
  for (const status of ['ended', 'stuck', 'running'])
    expect((await api.get(`/v1/runs?status=${status}`)).status).toBe(200);
});

test('without a Temporal server nothing starts, and what is archived is still shown', async () => {
  const nowhere = Connection.lazy({ address: '127.0.0.1:1' });
  const away = openApi({ real: temporalRuns(new Client({ connection: nowhere })) });
  await away.archive.putRun(away.oldRun('1.0.0'));
  const began = Date.now();
  const run = await away.get('/v1/runs/release:sample:1.0.0');
  expect(run).toMatchObject({ status: 200, body: { live: false, outcome: 'released' } });
  expect(Date.now() - began).toBeLessThan(5_000);
  const [start, lost, ready] = await Promise.all([
    away.post('/v1/releases', { project: 'sample', version: '2.0.0' }),
    away.get('/v1/runs/release:sample:3.0.0'),
    away.get('/readyz'),
  ]);
  expect(start).toMatchObject({ status: 503, body: { code: 'temporal-unreachable' } });
  expect(lost).toMatchObject({ status: 503 });
  expect(ready.status).toBe(503);
  away.close();
});
