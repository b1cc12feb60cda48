import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test, vi } from 'vitest';
import { baseEnvironment } from '../../src/clients/command.ts';
import { ensureSearchAttributes, SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes.ts';
import { logs } from '../../tools/setup/places.mjs';
import { startApi } from '../support/api-process.ts';
import { namespaceJob } from '../support/namespace-job.ts';
import { changesOf, changesOfRelease, concerns } from '../support/outside.ts';
import { schemaVersion, setUpSchema, startPostgres } from '../support/postgres.ts';
import { lowPort, startServer } from '../support/team-server.ts';
import { World } from '../support/world.ts';
import '../support/temporal.ts';

const WITHIN_MS = 300_000;
/** Visibility is written after the run's own history. */
const LISTED_WITHIN_MS = 15_000;
const DATABASES = ['temporal', 'temporal_visibility'];
/** Where `npm run test:postgres` keeps the server that it has built. */
const SERVER = process.env.SLIPWAY_POSTGRES ?? '';
/** Outlasts the test: whoever wants to know why it failed reads it. */
const LOG = join(logs, 'test-postgres.log');

const closers: (() => unknown)[] = [];
let world: World;
let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  mkdirSync(logs, { recursive: true });
  rmSync(LOG, { force: true });
  postgres = await startPostgres();
  closers.push(postgres.close);
  await setUpSchema(SERVER, postgres);
  const { port: database, folder } = postgres;
  const port = await lowPort();
  world = await World.open({ temporal: () => startServer(SERVER, { folder, logFile: LOG, database, port }) });
  closers.push(() => world.close());
}, WITHIN_MS);
beforeEach(() => {
  onTestFailed(() => console.error(`The Temporal server's log: ${LOG}, which ends with\n${lastLines(LOG)}`));
});
afterAll(async () => {
  while (closers.length > 0) await closers.pop()?.();
});

test('postgres: the schema is set up twice, and the second time changes nothing', async () => {
  const versions = () => DATABASES.map((name) => schemaVersion(postgres.port, name));
  const before = versions();
  await setUpSchema(SERVER, postgres);
  expect(versions()).toEqual(before);
  expect(before.every((version) => /^\d+\.\d+$/.test(version))).toBe(true);
});

test('postgres: search attributes that are ensured may be used at once, in a namespace that was made a moment before', async () => {
  const namespace = `ensured-${randomUUID()}`;
  const connection = await Connection.connect({ address: world.temporalAddress });
  closers.push(() => connection.close());
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  // Who asks too early makes the server remember, for a second, that there is none.
  await expect(connection.operatorService.listSearchAttributes({ namespace })).rejects.toThrow('NOT_FOUND');
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await ensureSearchAttributes(connection, namespace);
  const typedSearchAttributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) =>
    type === SEARCH_ATTRIBUTES.SlipwayWaitingFor
      ? { key: defineSearchAttributeKey(name, 'KEYWORD_LIST'), value: ['qa'] }
      : { key: defineSearchAttributeKey(name, 'KEYWORD'), value: 'a' },
  );
  const start = { taskQueue: 'nobody', workflowId: 'release:sample:1.0.0', typedSearchAttributes };
  await new Client({ connection, namespace }).workflow.start('release', start);
});

test('postgres: an API that says it listens takes a release, in a namespace that was made a moment before', async () => {
  const namespace = `fresh-${randomUUID()}`;
  await world.addProject('fresh');
  for (const _ of ['up', 'up again']) await namespaceJob(world.temporalAddress, namespace);
  const api = await apiOf(namespace);
  const { status, body } = await api.ask('/v1/releases', { project: 'fresh', version: '1.1.0', dryRun: true });
  expect({ status, body }).toMatchObject({ status: 202, body: { id: 'plan:fresh:1.1.0' } });
  await api.end();
});

test('postgres: a release during which the Temporal server is killed ends once, and the list finds it by all it is asked for', {
  timeout: WITHIN_MS,
}, async () => {
  await world.addProject('produced', { waits: { heartbeat: 2 } });
  const service = await world.service();
  await service.begin('build', 'publish');
  const id = 'release:produced:1.1.0';
  const api = await apiOf(service.client.options.namespace);
  expect(await api.ask('/v1/releases', { project: 'produced', version: '1.1.0' })).toMatchObject({
    status: 202,
    body: { id },
  });
  const run = service.run(id);
  const runsOf = async (query: string) => {
    const { status, body } = await api.ask(`/v1/runs?${query}`);
    expect([query, status, body]).toEqual([query, 200, expect.anything()]);
    return (body as { runs: { id: string; status: string; waitingFor: string[] }[] }).runs;
  };
  const listed = (query: string, expected: object[]) =>
    vi.waitFor(async () => expect({ query, runs: await runsOf(query) }).toMatchObject({ query, runs: expected }), {
      timeout: LISTED_WITHIN_MS,
    });

  await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  const waiting = [{ id, status: 'waiting', waitingFor: ['releaser'] }];
  for (const query of ['', 'project=produced', 'kind=release', 'status=waiting', 'waitingFor=releaser'])
    await listed(query, waiting);
  for (const query of ['project=other', 'kind=hotfix', 'status=ended', 'status=stuck', 'waitingFor=qa'])
    await listed(query, []);

  const uploading = new Promise<void>((resolve) => {
    const done = world.journal.onPoint((point, change) => {
      if (point !== 'before-store' || change.server !== 'index' || !concerns('produced', change)) return;
      done();
      resolve();
    });
  });
  await run.signOff();
  await uploading;
  await world.killTemporal();

  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(changesOf(world, 'produced')).toEqual(changesOfRelease(world));
  await listed('status=ended&project=produced', [{ id, status: 'ended', outcome: 'released' }]);
  await listed('status=waiting', []);
  await api.end();
  await service.killAll();
});

async function apiOf(namespace: string) {
  const { places, keys, temporalAddress } = world;
  const env = {
    ...{ ...baseEnvironment(), SLIPWAY_CONFIG: places.config, SLIPWAY_STATE: places.service, SLIPWAY_PORT: '0' },
    ...{ TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace },
  } as Record<string, string>;
  const { url, end } = await startApi({ env, logFile: join(places.logs, `${namespace}-api.log`) });
  closers.push(end);
  const headers = { authorization: `Bearer ${keys.people.rita?.token}`, 'content-type': 'application/json' };
  return {
    end,
    async ask(path: string, body?: object): Promise<{ status: number; body: unknown }> {
      const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const answer = await fetch(`${url}${path}`, { headers, ...sent });
      return { status: answer.status, body: await answer.json() };
    },
  };
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n').slice(0, 4000);
}
