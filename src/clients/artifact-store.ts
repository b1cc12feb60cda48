import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifact, ArtifactStore, Digest } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';
import { errorCode, writeOnce } from './durable-file.ts';

/** The artifact store as a folder, which several processes share: `<2 hex digits>/<the other 62>`. */
export function createArtifactStore(folder: string): ArtifactStore {
  async function keep(name: string, content: Uint8Array): Promise<Artifact> {
    const digest = digestOf(content);
    const path = pathOf(digest);
    const outcome = await writeOnce(path, content).catch((error) => {
      throw new Problem('worker-unfit', `the artifact store can't be written: ${errorCode(error)}`, { cause: error });
    });
    if (outcome === 'there') await read(digest); // a damaged object is reported now, not when the release needs it
    return { name, digest, size: content.length };
  }

  async function read(digest: Digest): Promise<Buffer> {
    const content = await readFile(pathOf(digest)).catch((error) => {
      throw errorCode(error) === 'ENOENT'
        ? new Problem('artifact-missing', `${digest} is not in the artifact store`)
        : new Problem('worker-unfit', `the artifact store can't be read: ${errorCode(error)}`, { cause: error });
    });
    const found = digestOf(content);
    if (found !== digest) throw new Problem('artifact-corrupt', `${digest} in the artifact store holds ${found}`);
    return content;
  }

  function pathOf(digest: Digest): string {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (hex === undefined) throw new Problem('artifact-missing', `${JSON.stringify(digest)} is not a digest`);
    return join(folder, hex.slice(0, 2), hex.slice(2));
  }

  return {
    put: (name, content) => keep(name, Buffer.from(content)),
    putFile: async (name, path) => keep(name, await readFile(path)),
    bytes: read,
    text: async (digest) => (await read(digest)).toString('utf8'),
    async copyTo(digest, path) {
      const content = await read(digest);
      await mkdir(dirname(path), { recursive: true });
      const partial = `${path}.${randomUUID()}.partial`;
      try {
        await writeFile(partial, content, { mode: 0o644 });
        await rename(partial, path);
      } finally {
        await rm(partial, { force: true });
      }
    },
    async has(digest) {
      return stat(pathOf(digest)).then(
        () => true,
        () => false,
      );
    },
  };
}

function digestOf(content: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
