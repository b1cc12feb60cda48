import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';

export type Chunks = AsyncIterable<Uint8Array>;

export function digestOf(content: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** Where an object is kept, whatever keeps it: nothing but a digest can name one. */
export function nameOfDigest(digest: Digest): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new Problem('artifact-missing', `${JSON.stringify(digest)} is not a digest`);
  return `${hex.slice(0, 2)}/${hex.slice(2)}`;
}

export function missing(digest: Digest): Problem {
  return new Problem('artifact-missing', `${digest} is not in the artifact store`);
}

/** The same bytes; reading them to their end fails unless they are what the digest says. */
export async function* verified(digest: Digest, chunks: Chunks): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest) throw new Problem('artifact-corrupt', `${digest} in the artifact store holds ${found}`);
}

export async function whole(chunks: Chunks): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

export async function readThrough(chunks: Chunks): Promise<void> {
  for await (const _ of chunks);
}

/** A file that is there with all of its bytes, or not at all. */
export async function placeFile(path: string, chunks: Chunks): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await writeFile(partial, chunks, { mode: 0o644 });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
