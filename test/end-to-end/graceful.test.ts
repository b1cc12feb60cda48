import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDoor } from '../support/door.ts';
import { changesOf, changesOfRelease, concerns } from '../support/outside.ts';
import { World } from '../support/world.ts';

const WITHIN_MS = 200_000;
/** Whoever had to wait for one of these to run out would be late by so much. */
const NEVER = { heartbeat: 240 };
const LONG = { SLIPWAY_STICKY: '240s', SLIPWAY_GRACE: '120s' };
const SHORT = { ...LONG, SLIPWAY_GRACE: '1s' };

let world: World;

beforeAll(async () => {
  world = await World.open();
});

afterAll(() => world?.close());

test('a worker that is told to stop finishes or hands back what it does, and the next one goes on at once', {
  timeout: WITHIN_MS,
}, async () => {
  const door = await openDoor();
  await addGated('stopped', door.url, NEVER);
  const service = await world.service();
  const hasty = await service.worker('build', SHORT).begin();
  const first = await service.worker('publish', LONG).begin();
  const run = await service.release('stopped', { client: service.skippingClient });

  // A gate longer than the grace: its whole tree ends, and the next worker begins it anew.
  const [patient, third] = [service.worker('build', LONG), service.worker('build', LONG)];
  await door.knocked(1);
  expect(await hasty.stop()).toBe(0);
  await door.left(1);
  await patient.begin();
  await door.knocked(2);

  // A gate within the grace: it ends as if nobody had said anything.
  const stopping = patient.stop();
  door.letIn();
  expect(await stopping).toBe(0);
  await third.begin();
  const second = service.worker('publish', LONG);

  // A wait for people: the next worker knows the run as soon as somebody answers.
  await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  expect(door.knocks).toBe(2);
  expect(await first.stop()).toBe(0);
  await second.begin();

  // An upload: what has been sent is reported before the worker goes.
  const last = service.worker('publish', LONG);
  const stopped = new Promise<number | null>((resolve, reject) => {
    const done = world.journal.onPoint((point, change) => {
      if (point !== 'before-store' || change.server !== 'index' || !concerns('stopped', change)) return;
      done();
      second.stop().then(resolve, reject);
    });
  });
  await run.signOff();
  expect(await stopped).toBe(0);
  await last.begin();

  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(changesOf(world, 'stopped')).toEqual(changesOfRelease(world));
  const { steps } = await run.state();
  expect(steps.filter(({ attempt }) => attempt > 1)).toEqual([]);
  await door.close();
  await service.killAll();
});

test('a worker that is told twice ends at once, and its gate with it', { timeout: WITHIN_MS }, async () => {
  const door = await openDoor();
  await addGated('hurried', door.url, { heartbeat: 2 });
  const service = await world.service();
  const build = await service.worker('build', LONG).begin();
  await service.begin('publish');
  const run = await service.release('hurried', { client: service.skippingClient, dryRun: true });
  await door.knocked(1);
  expect(await build.stop({ twice: true })).toBe(1);
  await door.left(1);
  door.open();
  await service.begin('build');
  expect(await run.result()).toMatchObject({ outcome: 'planned' });
  await door.close();
  await service.killAll();
});

function addGated(name: string, url: string, waits: { heartbeat: number }) {
  return world.addProject(name, {
    waits,
    change: { gates: [{ name: 'door', run: `python gate.py ${url}/gate`, network: true }] },
    files: { 'gate.py': 'import sys, urllib.request\nurllib.request.urlopen(sys.argv[1])\n' },
  });
}
