import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Digest } from '../../src/activities/ports.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const digest: Digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'; // of "hello"
const place = () => join(folder, '2c', digest.slice('sha256:2c'.length));

test('artifact store: what is put is found under its digest, by another process too', async () => {
  expect(await createArtifactStore(folder).put('greeting', 'hello')).toEqual({ name: 'greeting', digest, size: 5 });
  const other = createArtifactStore(folder);
  expect(await other.text(digest)).toBe('hello');
  expect(Buffer.from(await other.bytes(digest)).toString()).toBe('hello');
  expect(await other.has(digest)).toBe(true);
});

test('artifact store: a file goes in and comes out with the same bytes', async () => {
  const store = createArtifactStore(folder);
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
  await writeFile(join(folder, 'in.whl'), bytes);
  const artifact = await store.putFile('x.whl', join(folder, 'in.whl'));
  await store.copyTo(artifact.digest, join(folder, 'made', 'out.whl'));
  expect(Uint8Array.from(await readFile(join(folder, 'made', 'out.whl')))).toEqual(bytes);
});

test('artifact store: twenty writers of one object leave one object and nothing half-written', async () => {
  const stores = Array.from({ length: 20 }, () => createArtifactStore(folder));
  await Promise.all(stores.map((store) => store.put('greeting', 'hello')));
  expect(await readdir(join(folder, '2c'))).toEqual([digest.slice('sha256:2c'.length)]);
});

test('artifact store: a damaged object is reported by every read and by a new put, and never overwritten', async () => {
  const store = createArtifactStore(folder);
  await store.put('greeting', 'hello');
  await chmod(place(), 0o600);
  await writeFile(place(), 'hullo');
  const corrupt = { code: 'artifact-corrupt' };
  await expect(store.bytes(digest)).rejects.toMatchObject(corrupt);
  await expect(store.text(digest)).rejects.toMatchObject(corrupt);
  await expect(store.copyTo(digest, join(folder, 'out'))).rejects.toMatchObject(corrupt);
  await expect(store.put('greeting', 'hello')).rejects.toMatchObject(corrupt);
  expect(await readFile(place(), 'utf8')).toBe('hullo');
  expect(await readdir(folder)).not.toContain('out');
});

test('artifact store: an object that is not there, and a digest that is none, are missing', async () => {
  const store = createArtifactStore(folder);
  await expect(store.bytes(digest)).rejects.toMatchObject({ code: 'artifact-missing' });
  await expect(store.bytes('sha256:../../etc/passwd' as Digest)).rejects.toMatchObject({ code: 'artifact-missing' });
  expect(await store.has(digest)).toBe(false);
});
