import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withArchive } from '../../src/clients/registry/oci-archive.ts';
import { ociArchive } from '../support/oci-image.ts';

let folder: string;
let archive: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-archive-'));
  archive = join(folder, 'image.tar');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('image archive: its manifest names what is in it', async () => {
  const digest = await ociArchive(archive, { content: 'one' });
  const blobs = await withArchive(archive, async ({ root }) => {
    expect(root.descriptor.digest).toBe(digest);
    return root.blobs.length;
  });
  expect(blobs).toBe(2);
});

test('image archive: a manifest with other bytes than its digest says is refused', async () => {
  await ociArchive(archive, { content: 'one' });
  const bytes = readFileSync(archive);
  const at = bytes.indexOf('"schemaVersion":2,"mediaType"');
  bytes.write('"schemaVersion":3', at);
  writeFileSync(archive, bytes);
  await expect(withArchive(archive, async () => {})).rejects.toMatchObject({ code: 'artifact-corrupt' });
});

test('image archive: a tar of something else is refused', async () => {
  writeFileSync(archive, Buffer.alloc(1024));
  await expect(withArchive(archive, async () => {})).rejects.toMatchObject({ code: 'artifact-corrupt' });
});
