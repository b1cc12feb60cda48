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
const OTHER_TOKEN = 'pypi-token-for-another-project';
const pypi = { name: 'pypi', credential: 'PYPI_TOKEN' };

let folder: string;
let journal: Journal;
let sandbox: SandboxIndex;
let index: IndexReads & IndexWrites;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-index-'));
  journal = new Journal();
  sandbox = await startIndex({
    name: 'pypi',
    server: 'index',
    state: join(folder, 'state'),
    tokens: { [TOKEN]: { user: 'service' }, [OTHER_TOKEN]: { user: 'service', projects: ['another'] } },
    journal,
  });
  index = await createIndex({ tools: pythonTools, addresses: { pypi: sandbox, testpypi: sandbox } });
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

test('upload: wheel and sdist are on the index with their own hashes, one stored upload each', async () => {
  const files = [wheel(folder), await sdist(folder)];
  for (const { file } of files) await index.upload(pypi, TOKEN, file);

  const listed = (await index.files(pypi, 'sample', '1.2.0')) ?? [];
  const hashes = (each: readonly { filename: string; sha256: string }[]) => each.map((file) => file.sha256).sort();
  expect(hashes(listed)).toEqual(hashes(files));
  expect(journal.changes().map(({ target }) => target)).toEqual(files.map(({ filename }) => filename));
});

test('upload: the index keeps the metadata as it is in the file, line ends included', async () => {
  const description = '# Sample\n\nLine one\nLine two — naïve\n';
  await index.upload(pypi, TOKEN, wheel(folder, { description }).file, { comment: 'built by a test' });

  const page = await fetch(`${sandbox.jsonUrl}/sample/1.2.0/json`);
  const { info, urls } = (await page.json()) as { info: object; urls: object[] };
  expect(info).toMatchObject({
    description,
    summary: 'a sample',
    requires_python: '>=3.9',
    classifiers: ['Programming Language :: Python :: 3', 'Topic :: Utilities'],
    project_urls: { Source: 'https://example.org/sample' },
  });
  expect(urls).toMatchObject([{ comment_text: 'built by a test' }]);
});

test('upload: the same bytes once more are welcome and change nothing', async () => {
  const { file } = wheel(folder);
  await index.upload(pypi, TOKEN, file);
  await index.upload(pypi, TOKEN, file);
  expect(journal.changes()).toHaveLength(1);
});

test('upload: other bytes under a used name are a conflict, in the words of the index', async () => {
  await index.upload(pypi, TOKEN, wheel(folder).file);
  await expect(index.upload(pypi, TOKEN, wheel(folder, { text: 'changed' }).file)).rejects.toMatchObject({
    code: 'index-conflict',
    message: expect.stringContaining('File already exists'),
  });
});

test('upload: a 5xx is one request and is left to Temporal, even where a second one would succeed', async () => {
  const { file } = wheel(folder);
  journal.fault({ server: 'index', action: 'upload', when: 'before', status: 503, times: 1 });
  await expect(index.upload(pypi, TOKEN, file)).rejects.toMatchObject({ code: 'index-unreachable' });
  expect(await index.files(pypi, 'sample', '1.2.0')).toBeUndefined();
});

test('upload: an answer lost after the file was stored is unreachable, and reading shows the file', async () => {
  const { file, sha256 } = wheel(folder);
  journal.fault({ server: 'index', action: 'upload', when: 'after', status: 502, times: 1 });
  await expect(index.upload(pypi, TOKEN, file)).rejects.toMatchObject({ code: 'index-unreachable' });
  expect(await index.files(pypi, 'sample', '1.2.0')).toMatchObject([{ sha256 }]);
  expect(journal.changes()).toHaveLength(1);
});

test('upload: a connection that breaks before anything was stored is unreachable', async () => {
  journal.onPoint((point) => (point === 'before-store' ? 'drop' : undefined));
  await expect(index.upload(pypi, TOKEN, wheel(folder).file)).rejects.toMatchObject({ code: 'index-unreachable' });
  expect(journal.changes()).toEqual([]);
});

test('upload: an index that never answers is unreachable when the time is over', async () => {
  const impatient = await createIndex({
    tools: pythonTools,
    addresses: { pypi: sandbox, testpypi: sandbox },
    uploadSeconds: 0.2,
  });
  journal.fault({ server: 'index', action: 'upload', when: 'before', hang: true });
  await expect(impatient.upload(pypi, TOKEN, wheel(folder).file)).rejects.toMatchObject({ code: 'index-unreachable' });
});

test('upload: an unknown token is refused, and the token is in no word of it', async () => {
  const token = 'pypi-token-that-nobody-issued';
  const error = await index.upload(pypi, token, wheel(folder).file).catch((each: unknown) => each as Error);
  expect(error).toMatchObject({ code: 'credential-refused' });
  expect(JSON.stringify([error, String(error)])).not.toContain(token);
});

test('upload: a token for another project lacks the permission', async () => {
  await expect(index.upload(pypi, OTHER_TOKEN, wheel(folder).file)).rejects.toMatchObject({
    code: 'permission-missing',
  });
});

test.each([
  [403, 'Read-only mode: Uploads are temporarily disabled.', 'index-unreachable'],
  [403, 'New uploads are temporarily disabled. See /help/ for more information.', 'index-unreachable'],
  [403, "The user 'service' isn't allowed to upload to project 'sample'.", 'permission-missing'],
  [403, 'Invalid API Token: token is expired', 'credential-refused'],
  [401, 'Unauthorized', 'credential-refused'],
  [400, 'This filename was previously used by a file that has since been deleted.', 'index-conflict'],
  [400, 'Uploading new files to releases older than 14 days is not allowed.', 'index-refused'],
  [409, 'does not match', 'index-conflict'],
])('upload: %i "%s" is %s', async (status, body, code) => {
  journal.fault({ server: 'index', action: 'upload', when: 'before', status, body });
  await expect(index.upload(pypi, TOKEN, wheel(folder).file)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(body),
  });
});

test('upload: too many requests say when to come back', async () => {
  journal.fault({ server: 'index', action: 'upload', when: 'before', status: 429, headers: { 'retry-after': '17' } });
  await expect(index.upload(pypi, TOKEN, wheel(folder).file)).rejects.toMatchObject({
    code: 'index-rate-limited',
    facts: { retryAfterSeconds: 17 },
  });
});

test('upload: an address that sends uploads elsewhere is refused instead of followed with the token', async () => {
  const moved = { ...pypi, uploadUrl: sandbox.uploadUrl.replace(/\/$/, '') };
  await expect(index.upload(moved, TOKEN, wheel(folder).file)).rejects.toMatchObject({ code: 'index-refused' });
});

test('upload: a file that twine cannot read is refused before anything is sent', async () => {
  const { file } = wheel(folder, { name: 'sample', version: 'not-a version' });
  await expect(index.upload(pypi, TOKEN, file)).rejects.toMatchObject({ code: 'metadata-refused' });
  expect(journal.changes()).toEqual([]);
});
