import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IndexReads, IndexWrites } from '../../src/activities/ports.ts';
import { createIndex } from '../../src/clients/index/index-client.ts';
import { type SandboxIndex, startIndex } from '../../src/sandbox/index/start.ts';
import { Journal } from '../../src/sandbox/journal.ts';
import { sdist, wheel } from '../support/distribution.ts';
import { pythonTools } from '../support/python-tools.ts';

const TOKEN = 'pypi-token-of-the-service';
const pypi = { name: 'pypi', credential: 'PYPI_TOKEN' };

let folder: string;
let journal: Journal;
let sandbox: SandboxIndex;
let index: IndexReads & IndexWrites;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-index-'));
  journal = new Journal();
  const tokens = { [TOKEN]: { user: 'service' } };
  sandbox = await startIndex({ name: 'pypi', server: 'index', state: join(folder, 'state'), tokens, journal });
  index = await createIndex({ tools: pythonTools, addresses: { pypi: sandbox, testpypi: sandbox } });
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function upload(version: string): Promise<void> {
  await index.upload(pypi, TOKEN, wheel(folder, { version }).file);
  await index.upload(pypi, TOKEN, (await sdist(folder, { version })).file);
}

test('files: a name or a version that the index never saw is told from one without files', async () => {
  expect(await index.files(pypi, 'sample', '1.2.0')).toBeUndefined();
  await upload('1.2.0');
  expect(await index.files(pypi, 'sample', '1.3.0')).toBeUndefined();
});

test('files: names are compared as PEP 503 and versions as PEP 440 want it', async () => {
  await upload('1.2.0rc1');
  expect(await index.files(pypi, 'Sample', '1.2-RC.1')).toHaveLength(2);
});

test.each(['simple', 'json'] as const)(
  'files: a file counts as there although the %s page lags behind',
  async (page) => {
    await upload('1.1.0');
    sandbox.control.stale('sample', { pages: [page] });
    await upload('1.2.0');
    expect(await index.files(pypi, 'sample', '1.2.0')).toHaveLength(2);
  },
);

test('visible: what installers are told is shown as it is, the lagging page too', async () => {
  await upload('1.1.0');
  sandbox.control.stale('sample', { pages: ['simple'] });
  await upload('1.2.0');
  const { simple, json } = await index.visible(pypi, 'sample', '1.2.0');
  expect(simple).toEqual([]);
  expect(json).toHaveLength(2);
});

test('visible: a quarantined project is gone from both', async () => {
  await upload('1.2.0');
  sandbox.control.quarantine('sample');
  expect(await index.visible(pypi, 'sample', '1.2.0')).toEqual({ simple: [], json: [] });
});

test('versions: every version of the name, and none for a name that is free', async () => {
  expect(await index.versions(pypi, 'sample')).toEqual([]);
  await upload('1.1.0');
  await upload('1.2.0a1');
  expect([...(await index.versions(pypi, 'sample'))].sort()).toEqual(['1.1.0', '1.2.0a1']);
});

test('reads: a page and the address for pip are the ones of the configuration', () => {
  expect(index.pageUrl(pypi, 'My.Sample', '1.2.0')).toBe(`${sandbox.url}/project/my-sample/1.2.0/`);
  expect(index.simpleUrl(pypi)).toBe(sandbox.simpleUrl);
});

test('reads: an index that is not well-known has the addresses of the project file, and needs them', async () => {
  const own = { name: 'internal', credential: 'T', uploadUrl: sandbox.uploadUrl, simpleUrl: sandbox.simpleUrl };
  await index.upload(own, TOKEN, wheel(folder).file);
  expect(await index.visible(own, 'sample', '1.2.0')).toMatchObject({ simple: [{ yanked: false }] });
  expect(index.pageUrl(own, 'sample', '1.2.0')).toBe(`${sandbox.simpleUrl}sample/`);
  await expect(index.files({ name: 'internal', credential: 'T' }, 'sample', '1')).rejects.toMatchObject({
    code: 'configuration-invalid',
  });
});

test('reads: an index that is down or busy is told from one that says no', async () => {
  const answers = [
    { status: 503, code: 'index-unreachable' },
    { status: 429, code: 'index-rate-limited' },
    { status: 403, code: 'index-refused' },
  ];
  for (const { status, code } of answers) {
    const restore = journal.fault({ server: 'index', action: 'read', when: 'before', status });
    await expect(index.versions(pypi, 'sample')).rejects.toMatchObject({ code });
    restore();
  }
  await sandbox.close();
  await expect(index.versions(pypi, 'sample')).rejects.toMatchObject({ code: 'index-unreachable' });
});

test('reads: a server that speaks no index JSON is refused with what it is', async () => {
  const page = { ...pypi, uploadUrl: sandbox.uploadUrl, simpleUrl: `${sandbox.url}/project` };
  await upload('1.2.0');
  await expect(index.versions(page, 'sample')).rejects.toMatchObject({ code: 'index-refused' });
});

test('well-known indexes are where twine and pip say', async () => {
  const known = await createIndex({ tools: pythonTools });
  for (const name of ['pypi', 'testpypi']) {
    const target = { name, credential: 'T' };
    expect(known.simpleUrl(target)).toMatch(/^https:\/\/.+\/simple$/);
    expect(known.pageUrl(target, 'Some.Name', '1.0')).toMatch(/^https:\/\/.+\/project\/some-name\/1\.0\/$/);
  }
});
