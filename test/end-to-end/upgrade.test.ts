import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleOfNextVersion } from '../support/next-version.ts';
import { changesOf, changesOfRelease } from '../support/outside.ts';
import type { Service } from '../support/service.ts';
import { World } from '../support/world.ts';
import '../support/temporal.ts';

const WITHIN_MS = 300_000;
/** Where another revision of Slipway lies (`npm run drill -- REV`); else today's code is the old one, and a changed copy the new one. */
const OLD = process.env.SLIPWAY_OLD_CODE;
const SOON = { waits: { heartbeat: 2 } };

let world: World;

beforeAll(async () => {
  world = await World.open();
});

afterAll(() => world?.close());

test('upgrade: a run that the old code began, and that waits, is ended by the new', {
  timeout: WITHIN_MS,
}, async () => {
  const versions = OLD ? undefined : Promise.all([true, false].map((guarded) => bundleOfNextVersion({ guarded })));
  await world.addProject('upgraded', SOON);
  const service = await world.service();
  const old = await Promise.all((['publish', 'build'] as const).map((role) => oldWorker(service, role).begin()));
  const run = await service.release('upgraded', { client: service.skippingClient });
  await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  expect(await Promise.all(old.map((worker) => worker.stop()))).toEqual([0, 0]);

  const [next, careless] = (await versions) ?? [];
  if (careless) {
    const worker = await service.worker('publish', { SLIPWAY_WORKFLOW_BUNDLE: careless.file }).begin();
    await run.signal('wake', { reason: 'a release of Slipway' });
    await expect
      .poll(() => failuresOf(service, 'release:upgraded:1.1.0'), { timeout: 60_000 })
      .toContainEqual(expect.stringContaining('TMPRL1100'));
    worker.kill();
  }
  const bundle: Record<string, string> = next ? { SLIPWAY_WORKFLOW_BUNDLE: next.file } : {};
  await Promise.all([service.worker('publish', bundle).begin(), service.begin('build')]);
  await run.signOff();
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(changesOf(world, 'upgraded')).toEqual(changesOfRelease(world));
  expect(await preflights(service, 'release:upgraded:1.1.0')).toBe(1);

  if (next) {
    const planned = await service.release('upgraded', {
      version: '1.2.0',
      dryRun: true,
      client: service.skippingClient,
    });
    expect(await planned.result()).toMatchObject({ outcome: 'planned' });
    expect(await preflights(service, 'plan:upgraded:1.2.0')).toBe(2); // the new code's own runs do the new thing
  }
  for (const one of [next, careless]) one?.dispose();
  await service.killAll();
});

function oldWorker(service: Service, role: 'publish' | 'build') {
  if (!OLD) return service.worker(role);
  return service.worker(role, { SLIPWAY_WORKFLOW_BUNDLE: '' }, join(OLD, 'src/worker.ts')); // it bundles its own workflows
}

async function eventsOf(service: Service, workflowId: string) {
  const { events } = await service.client.workflow.getHandle(workflowId).fetchHistory();
  return events ?? [];
}

async function failuresOf(service: Service, workflowId: string): Promise<string[]> {
  const events = await eventsOf(service, workflowId);
  return events.flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? []);
}

async function preflights(service: Service, workflowId: string): Promise<number> {
  const events = await eventsOf(service, workflowId);
  return events.filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'preflight')
    .length;
}
