import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockState } from '../../src/node/lock.ts';
import { root } from '../support/imports.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a state is one node’s: a second one is told whose, and a killed one keeps nobody out', async () => {
  const file = join(folder, 'lock');
  const program = `
    const { lockState } = await import(${JSON.stringify(join(root, 'src/node/lock.ts'))});
    globalThis.unlock = lockState(${JSON.stringify(file)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  expect(() => lockState(file)).toThrow(`process ${holder.pid} works on the state`);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockState(file)();
  lockState(file)();
});
