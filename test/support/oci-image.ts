import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import type { Digest } from '../../src/activities/ports.ts';

interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  platform?: object;
}

/** Writes an image as an OCI archive, without an engine; several platforms make an index of manifests. */
export async function ociArchive(
  file: string,
  { content, platforms = ['amd64'] }: { content: string; platforms?: readonly string[] },
): Promise<Digest> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-oci-'));
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const blob = (mediaType: string, bytes: string | Uint8Array): Descriptor => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(folder, 'blobs/sha256', hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(bytes) };
  };

  const shared = blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(content));
  const manifests = platforms.map((architecture) => {
    const config = { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: blob('application/vnd.oci.image.config.v1+json', JSON.stringify(config)),
      layers: [shared],
    };
    return { ...blob(manifest.mediaType, JSON.stringify(manifest)), platform: { architecture, os: 'linux' } };
  });
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
  const root = manifests.length === 1 ? manifests[0]! : blob(index.mediaType, JSON.stringify(index));

  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [root] }));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await create({ file, cwd: folder, portable: true }, ['oci-layout', 'index.json', 'blobs']);
  rmSync(folder, { recursive: true });
  return root.digest;
}
