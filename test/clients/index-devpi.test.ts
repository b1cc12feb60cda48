import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { IndexReads, IndexWrites } from '../../src/activities/ports.ts';
import { baseEnvironment, findProgram, run, type StartedCommand, start } from '../../src/clients/command.ts';
import { createIndex } from '../../src/clients/index/index-client.ts';
import { freePort } from '../../src/temporal/free-port.ts';
import { sdist, wheel } from '../support/distribution.ts';
import { pythonTools } from '../support/python-tools.ts';

const env = baseEnvironment();
const installed = (await findProgram('devpi-server', env.PATH ?? '')) !== undefined;

/** An index that others wrote: it needs `pip install devpi-server devpi-client` on the PATH, and is left out where that isn't there. */
describe.skipIf(!installed)('devpi', () => {
  const token = 'release:sekret-word';
  let folder: string;
  let server: StartedCommand;
  let url: string;
  let index: IndexReads & IndexWrites;
  const target = () => ({
    name: 'internal',
    credential: 'T',
    uploadUrl: `${url}/release/prod/`,
    simpleUrl: `${url}/release/prod/+simple/`,
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-devpi-'));
    const options = { cwd: folder, env: { ...env, HOME: folder }, timeoutSeconds: 60 };
    const data = join(folder, 'data');
    await run('devpi-init', ['--serverdir', data, '--no-root-pypi'], options);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    server = await start(
      'devpi-server',
      ['--serverdir', data, '--host', '127.0.0.1', '--port', String(port), '--offline-mode'],
      { cwd: folder, env: options.env },
    );
    await vi.waitFor(() => fetch(`${url}/+api`), { timeout: 40_000, interval: 100 });
    for (const args of [
      ['use', url],
      ['login', 'root', '--password='],
      ['user', '-c', 'release', 'password=sekret-word'],
      ['login', 'release', '--password=sekret-word'],
      ['index', '-c', 'prod', 'volatile=False', 'bases='],
    ]) {
      expect(await run('devpi', args, options)).toMatchObject({ exitCode: 0 });
    }
    index = await createIndex({ tools: pythonTools, addresses: { pypi: target(), testpypi: target() } });
  });

  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  test('wheel and sdist are uploaded by name and password and read with their own hashes', async () => {
    const files = [wheel(folder), await sdist(folder)];
    expect(await index.files(target(), 'sample', '1.2.0')).toBeUndefined();
    for (const { file } of files) await index.upload(target(), token, file);
    const listed = (await index.files(target(), 'sample', '1.2.0')) ?? [];
    expect(listed.map(({ sha256 }) => sha256).sort()).toEqual(files.map(({ sha256 }) => sha256).sort());
    expect(await index.versions(target(), 'sample')).toEqual(['1.2.0']);
    expect(await index.visible(target(), 'sample', '1.2.0')).toEqual({ simple: listed });
  });

  test('the same bytes once more are done, other bytes are a conflict', async () => {
    await index.upload(target(), token, wheel(folder).file);
    await expect(index.upload(target(), token, wheel(folder, { text: 'changed' }).file)).rejects.toMatchObject({
      code: 'index-conflict',
    });
  });

  test('a wrong password is a refused credential', async () => {
    await expect(
      index.upload(target(), 'release:not-the-word', wheel(folder, { version: '1.3.0' }).file),
    ).rejects.toMatchObject({ code: 'credential-refused' });
  });
});
