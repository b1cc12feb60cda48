import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/temporal/free-port.ts';
import { changesOf, changesOfRelease, concerns } from '../support/outside.ts';
import { schemaVersion, setUpSchema, startPostgres, startServer } from '../support/postgres.ts';
import { World } from '../support/world.ts';
import '../support/temporal.ts';

const WITHIN_MS = 300_000;
/** Where `npm run test:postgres` keeps the server that it has built. */
const SERVER = process.env.SLIPWAY_POSTGRES ?? '';

const closers: (() => unknown)[] = [];
let world: World;
let database: number;

beforeAll(async () => {
  const postgres = await startPostgres();
  closers.push(postgres.close);
  database = postgres.port;
  setUpSchema(SERVER, database);
}, WITHIN_MS);

afterAll(async () => {
  while (closers.length > 0) await closers.pop()?.();
});

test('postgres: the schema is set up twice, and the second time changes nothing', () => {
  const versions = ['temporal', 'temporal_visibility'].map((name) => schemaVersion(database, name));
  setUpSchema(SERVER, database);
  expect(['temporal', 'temporal_visibility'].map((name) => schemaVersion(database, name))).toEqual(versions);
  expect(versions.every((version) => /^\d+\.\d+$/.test(version))).toBe(true);
});

test('postgres: a release during which the Temporal server is killed ends once', { timeout: WITHIN_MS }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-server-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  world = await World.open({ temporal: () => startServer(SERVER, { folder, database, port }) });
  closers.push(() => world.close());
  await world.addProject('produced', { waits: { heartbeat: 2 } });
  const service = await world.service();
  await service.begin('build', 'publish');
  const run = await service.release('produced');

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
  await service.killAll();
});
