import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slipwayClient } from '../../src/api-client/client.ts';
import { slipway } from '../cli/run-cli.ts';
import { descendants } from '../support/node-process.ts';
import { NodeWorld } from '../support/node-world.ts';
import { changesOf, changesOfRelease } from '../support/outside.ts';

const WITHIN_MS = 300_000;
let world: NodeWorld;

beforeAll(async () => {
  world = await NodeWorld.open();
}, WITHIN_MS);

afterAll(() => world?.close());

test('node: its first start makes what is needed, and the token that it leaves lets its owner in', {
  timeout: WITHIN_MS,
}, async () => {
  const state = join(world.folder, 'first');
  const node = world.node(state);
  const url = await node.up;
  const [name = ''] = readdirSync(join(state, 'private')).filter((one) => one.startsWith('first-token-of-'));
  const token = readFileSync(join(state, 'private', name), 'utf8').trim();
  expect((await slipwayClient({ url, token }).listRuns()).runs).toEqual([]);
  expect(node.said).not.toContain(token); // a log would keep it
  expect(node.said).toMatch(/What to do next/);
  expect(node.said).toMatch(/"not for production"/);
  for (const folder of ['', 'credentials', 'private', 'config']) {
    expect(statSync(join(state, folder)).mode & 0o777).toBe(0o700);
  }
  expect(readFileSync(join(state, 'build-config/slipway.yaml'), 'utf8')).not.toMatch(/PRIVATE|tokens|private/);

  const second = world.node(state);
  expect((await second.ended)[0]).toBe(1);
  expect(second.said).toContain(`process ${node.pid} works on the state`);

  const before = processesOf(node.pid);
  expect(Object.keys(before).sort()).toEqual(['api', 'build', 'publish', 'temporal']);
  for (const one of ['publish', 'temporal'] as const) process.kill(before[one]!, 'SIGKILL');
  await expect.poll(() => isAnother(processesOf(node.pid), before), { timeout: 60_000 }).toBe(true);
  await expect
    .poll(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status, { timeout: 60_000 })
    .toBe(200);

  const all = descendants(node.pid);
  node.signal('SIGTERM');
  expect((await node.ended)[0]).toBe(0);
  expect(all.filter(isAlive)).toEqual([]);
});

test('backup: a release that waits for its sign-off goes on from the restored state, and ends once', {
  timeout: WITHIN_MS,
}, async () => {
  await world.addProject('saved', { waits: { heartbeat: 2 } });
  const node = world.node();
  await node.up;
  const rita = world.person;
  const id = await rita.release('saved');
  await rita.waiting(id);

  const file = join(world.folder, 'backup.tar.gz');
  const temporal = { TEMPORAL_CLI: process.env.TEMPORAL_CLI ?? 'temporal' };
  const taken = await slipway(['backup', file, '--state', world.state], undefined, temporal);
  expect(taken).toMatchObject({ code: 0, err: expect.stringContaining('are not in it') });
  const kept = join(world.folder, 'credentials');
  await cp(world.places.credentials, kept, { recursive: true });
  await node.cutPower();
  rmSync(world.state, { recursive: true });

  const back = await slipway(['restore', file, '--state', world.state], undefined, temporal);
  expect(back).toMatchObject({ code: 0, err: expect.stringContaining('put them into') });
  expect(existsSync(join(world.state, 'private'))).toBe(false);
  await cp(kept, world.places.credentials, { recursive: true });
  writeWebhookSecret();
  const again = world.node();
  await again.up;
  expect(again.said).toContain('signs with a new key');
  await rita.signOff(id);
  expect(await rita.ended(id)).toMatchObject({ outcome: 'released' });
  expect(changesOf(world, 'saved')).toEqual(changesOfRelease(world));
  again.signal('SIGTERM');
  expect((await again.ended)[0]).toBe(0);
});

/** slipway.yaml of this world names it; it is a secret, so the backup is without it. */
function writeWebhookSecret(): void {
  mkdirSync(join(world.state, 'private'), { mode: 0o700 });
  writeFileSync(join(world.state, 'private/webhook-secret'), world.keys.webhook, { mode: 0o600 });
}

/** What the node's processes run as, by what they are: the innermost of each tree. */
function processesOf(pid: number): Record<string, number> {
  const found: Record<string, number> = {};
  for (const one of descendants(pid)) {
    const [program = '', first = '', second = ''] = argumentsOf(one);
    if (/temporal$/.test(program)) found.temporal = one;
    else if (/^node/.test(basename(program)) && /server\.ts$/.test(first)) found.api = one;
    else if (/^node/.test(basename(program)) && /worker\.ts$/.test(first)) found[second] = one;
  }
  return found;
}

function argumentsOf(pid: number): string[] {
  try {
    return execFileSync('ps', ['-o', 'args=', '-ww', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(' ');
  } catch {
    return [];
  }
}

function isAnother(now: Record<string, number>, before: Record<string, number>): boolean {
  return ['publish', 'temporal'].every((name) => now[name] !== undefined && now[name] !== before[name]);
}

function isAlive(pid: number): boolean {
  return argumentsOf(pid).length > 0 && !argumentsOf(pid)[0]?.startsWith('[');
}
