import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import type { Digest } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** Layers that may not be passed on are named only, and stay where they are. */
  readonly urls?: readonly string[];
}

/** A manifest of one platform, or an index of several. */
export interface Manifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly children: readonly Descriptor[];
  readonly blobs: readonly Descriptor[];
}

export interface OciArchive {
  readonly root: Manifest;
  manifest(descriptor: Descriptor): Promise<Manifest>;
  /** A file with these very bytes: they are hashed before it is handed out. */
  blob(descriptor: Descriptor): Promise<string>;
}

const MEMBER = /^(?:\.\/)?(oci-layout|index\.json|blobs\/sha256\/[0-9a-f]{64})$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Unpacks an OCI archive for as long as it is used. */
export async function withArchive<T>(file: string, use: (archive: OciArchive) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-image-'));
  try {
    await extract({
      file,
      cwd: folder,
      strict: true,
      filter: (path, entry) => MEMBER.test(path) && 'type' in entry && entry.type === 'File',
    }).catch(noTar);
    return await use(await read(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function read(folder: string): Promise<OciArchive> {
  const blob = async ({ digest, size }: Descriptor) => {
    if (!DIGEST.test(digest)) throw damaged(`${digest} is no sha256 digest`);
    const path = join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length));
    const { found, read } = await hashOf(path);
    if (found !== digest) throw damaged(`the blob ${digest} holds other bytes`);
    if (read !== size) throw damaged(`the blob ${digest} has ${read} bytes instead of ${size}`);
    return path;
  };
  const manifest = async (descriptor: Descriptor): Promise<Manifest> => {
    const bytes = new Uint8Array(await readFile(await blob(descriptor)));
    const { manifests, config, layers } = parsed(bytes) as Contents;
    if (manifests) return { descriptor, bytes, children: manifests, blobs: [] };
    if (!config || !layers) throw damaged(`${descriptor.digest} is neither a manifest nor an index`);
    return { descriptor, bytes, children: [], blobs: [config, ...layers.filter((layer) => !layer.urls?.length)] };
  };

  const listed = (parsed(await readFile(join(folder, 'index.json')).catch(notThere)) as Contents).manifests ?? [];
  const [first, ...more] = listed;
  if (!first || more.length > 0) throw damaged(`it holds ${listed.length} images instead of one`);
  return { root: await manifest(first), manifest, blob };
}

interface Contents {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

async function hashOf(path: string): Promise<{ found: string; read: number }> {
  const hash = createHash('sha256');
  let read = 0;
  await pipeline(createReadStream(path), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      hash.update(piece);
      read += piece.length;
    }
  }).catch(notThere);
  return { found: `sha256:${hash.digest('hex')}`, read };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(error.message);
    throw error;
  }
}

function notThere(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT') throw damaged('a part of it is missing');
  throw error;
}

function noTar(error: NodeJS.ErrnoException): never {
  throw error.code?.startsWith('TAR_') ? damaged(error.message) : error;
}

function damaged(why: string): Problem {
  return new Problem('artifact-corrupt', `the image archive can't be used: ${why}`);
}
