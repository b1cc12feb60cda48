import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, ArtifactStore, Digest } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';
import {
  type Chunks,
  digestOf,
  digestOfFile,
  missing,
  nameOfDigest,
  placeFile,
  readThrough,
  verified,
  whole,
} from './digests.ts';
import { errorCode, writeOnce } from './durable-file.ts';

/** The artifact store as a folder, which several processes share: `<2 hex digits>/<the other 62>`. */
export function createArtifactStore(folder: string): ArtifactStore {
  async function keep(artifact: Artifact, content: Uint8Array | Chunks): Promise<Artifact> {
    const { digest } = artifact;
    const outcome = await writeOnce(pathOf(digest), content).catch((error) => {
      if (error instanceof Problem) throw error;
      throw new Problem('worker-unfit', `the artifact store can't be written: ${errorCode(error)}`, { cause: error });
    });
    if (outcome === 'there') await readThrough(open(digest)); // a damaged object is reported now, not when the release needs it
    return artifact;
  }

  async function* open(digest: Digest): AsyncGenerator<Uint8Array> {
    try {
      yield* verified(digest, createReadStream(pathOf(digest)));
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (errorCode(error) === 'ENOENT') throw missing(digest);
      throw new Problem('worker-unfit', `the artifact store can't be read: ${errorCode(error)}`, { cause: error });
    }
  }

  const pathOf = (digest: Digest) => join(folder, nameOfDigest(digest));

  return {
    async put(name, content) {
      const bytes = Buffer.from(content);
      return keep({ name, digest: digestOf(bytes), size: bytes.length }, bytes);
    },
    async putFile(name, path) {
      const digest = await digestOfFile(path);
      return keep({ name, digest, size: (await stat(path)).size }, verified(digest, createReadStream(path)));
    },
    bytes: (digest) => whole(open(digest)),
    text: async (digest) => (await whole(open(digest))).toString('utf8'),
    copyTo: (digest, path) => placeFile(path, open(digest)),
    async has(digest) {
      return stat(pathOf(digest)).then(
        () => true,
        () => false,
      );
    },
  };
}
