import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCredentials } from '../../src/clients/credentials.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('credentials: a corrected file counts at the next read, without its line break', async () => {
  const credentials = createCredentials(folder);
  await writeFile(join(folder, 'PYPI_TOKEN'), 'old\n', { mode: 0o600 });
  expect(await credentials.read('PYPI_TOKEN')).toBe('old');
  await writeFile(join(folder, 'PYPI_TOKEN'), ' new\r\n');
  expect(await credentials.read('PYPI_TOKEN')).toBe('new');
});

test.each(['../PYPI_TOKEN', '-x', '', '.hidden', 'a/b', 'a\0b'])('credentials: %j names no file', async (name) => {
  await writeFile(join(folder, 'PYPI_TOKEN'), 'secret', { mode: 0o600 });
  await expect(createCredentials(folder).read(name)).rejects.toMatchObject({ code: 'credential-missing' });
});

test('credentials: a missing, an empty and a two-line file are named, their content is not', async () => {
  await writeFile(join(folder, 'EMPTY'), '\n', { mode: 0o600 });
  await writeFile(join(folder, 'LINES'), 'secret-1\nsecret-2\n', { mode: 0o600 });
  const credentials = createCredentials(folder);
  const missing = { code: 'credential-missing' };
  await expect(credentials.read('NOPE')).rejects.toMatchObject({
    ...missing,
    message: expect.stringContaining('NOPE'),
  });
  await expect(credentials.read('EMPTY')).rejects.toMatchObject(missing);
  await expect(credentials.read('LINES')).rejects.toMatchObject({
    ...missing,
    message: 'the credential file LINES holds more than one line',
  });
});

test('credentials: a file that everybody may read is used, and said once', async () => {
  const warnings: string[] = [];
  const credentials = createCredentials(folder, (message) => warnings.push(message));
  await writeFile(join(folder, 'OPEN'), 'x-secret');
  await chmod(join(folder, 'OPEN'), 0o644);
  expect([await credentials.read('OPEN'), await credentials.read('OPEN')]).toEqual(['x-secret', 'x-secret']);
  expect(warnings).toEqual(['the credential file OPEN may be read by everybody on this machine: chmod 600 it']);
});
