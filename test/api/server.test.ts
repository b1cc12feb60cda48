import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, inject, test } from 'vitest';

const server = fileURLToPath(new URL('../../src/server.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'slipway-server-'));
writeFileSync(join(root, 'slipway.yaml'), 'unsignedSignals: accept\n');
afterAll(() => rmSync(root, { recursive: true, force: true }));

let started: ChildProcess | undefined;
afterEach(() => {
  if (started?.exitCode === null) started.kill('SIGKILL');
});

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [server], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: 'pipe' });
  started = child;
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return { child, said };
}

test('server: it says where it listens, answers, and ends when it is told to', async () => {
  const { child } = start({
    SLIPWAY_CONFIG: root,
    SLIPWAY_STATE: join(root, 'state'),
    SLIPWAY_PORT: '0',
    TEMPORAL_ADDRESS: inject('temporalAddress'),
  });
  const [line] = await once(child.stdout!, 'data');
  const url = String(line).trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const ready = await fetch(`${url}/readyz`);
  const nobodyWorks = { workflows: 'no worker', build: 'no worker', publish: 'no worker' };
  const rest = { temporal: 'ok', configuration: 'ok', archive: 'ok', artifacts: 'ok', disk: 'ok' };
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not ready', checks: { ...rest, ...nobodyWorks } },
  ]);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('slipway_workers{queue="build"} 0');
  expect((await fetch(`${url}/v1/runs`)).status).toBe(401);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test('server: every fault of its configuration is told at once, and it does not start', async () => {
  const { child, said } = start({ SLIPWAY_CONFIG: join(root, 'nowhere'), SLIPWAY_PORT: 'x' });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  for (const part of [
    'SLIPWAY_STATE is missing',
    'TEMPORAL_ADDRESS is missing',
    'SLIPWAY_PORT is "x"',
    'nowhere/slipway.yaml',
  ]) {
    expect(said.err).toContain(part);
  }
  expect(said.err).toContain('for a node with one of its own leave SLIPWAY_CONFIG');
});
