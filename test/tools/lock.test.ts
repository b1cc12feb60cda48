import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locked } from '../../tools/setup/lock.mjs';
import { missingOptionals } from '../../tools/setup/lock-file.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('set-up lock: two set-ups of one clone never meet, and the later says whom it waits for', async () => {
  const file = join(folder, 'set-up.lock');
  const inside: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const waitedFor: number[] = [];
  const first = locked(file, async () => {
    inside.push('first in');
    await promise;
    inside.push('first out');
  });
  const second = locked(
    file,
    async () => void inside.push('second in'),
    (holder) => {
      waitedFor.push(holder);
      resolve();
    },
  );
  await Promise.all([first, second]);
  expect(inside).toEqual(['first in', 'first out', 'second in']);
  expect(waitedFor).toEqual([process.pid]);
  expect(existsSync(file)).toBe(false);
});

test('set-up lock: a lock whose process is gone is taken over', async () => {
  const file = join(folder, 'set-up.lock');
  writeFileSync(file, '999999999');
  expect(await locked(file, async () => readFileSync(file, 'utf8'))).toBe(String(process.pid));
});

test('set-up lock: it is given back when set-up fails', async () => {
  const file = join(folder, 'set-up.lock');
  const failing = locked(file, async () => {
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  expect(existsSync(file)).toBe(false);
});

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('package-lock.json: npm ci takes it on every platform (after npm install: node tools/complete-lock.mjs)', () => {
  expect(missingOptionals(lock)).toEqual([]);
});

test('package-lock.json: an optional package that is neither beside nor above its user is missing', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { here: '1.0.0', gone: '^2.0.0' } },
    'node_modules/a/node_modules/b': { optionalDependencies: { here: '1.0.0' } },
    'node_modules/here': {},
  };
  expect(missingOptionals({ packages })).toEqual([{ name: 'gone', version: '2.0.0' }]);
});

test('package-lock.json: it names no registry', () => {
  expect(Object.values<{ resolved?: string }>(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual(
    [],
  );
});
