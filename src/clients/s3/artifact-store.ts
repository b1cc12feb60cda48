import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Artifact, ArtifactStore, Digest } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { digestOf, digestOfFile, missing, nameOfDigest, placeFile, readThrough, verified, whole } from '../digests.ts';
import { errorCode } from '../durable-file.ts';
import type { Bucket } from './bucket.ts';
import { type Content, isThere, putNew } from './put-new.ts';

/** The artifact store in a bucket: `<prefix>artifacts/<2 hex digits>/<the other 62>`. A file goes up in one piece: S3's limit is 5 GiB. */
export function createS3ArtifactStore(bucket: Bucket): ArtifactStore {
  const nameOf = (digest: Digest) => `${bucket.prefix}artifacts/${nameOfDigest(digest)}`;

  /** Looks first: what is there need not be sent, and some servers overwrite whatever the condition says. */
  async function keep(artifact: Artifact, body: Content['body']): Promise<Artifact> {
    const { digest, size } = artifact;
    const content = { body, size, sha256: digest.slice('sha256:'.length) };
    const there =
      (await isThere(bucket, nameOf(digest))) || (await putNew(bucket, nameOf(digest), content)) === 'there';
    if (there) await readThrough(open(digest)); // a damaged object is reported now, not when the release needs it
    return artifact;
  }

  async function* open(digest: Digest): AsyncGenerator<Uint8Array> {
    const found = await bucket.ask(
      { what: `GET ${nameOf(digest)}`, file: true },
      (client, options) => client.send(new GetObjectCommand({ Bucket: bucket.bucket, Key: nameOf(digest) }), options),
      { 404: undefined },
    );
    if (found === undefined) throw missing(digest);
    try {
      yield* verified(digest, found.Body as Readable);
    } catch (error) {
      if (error instanceof Problem || errorCode(error) === undefined) throw error;
      throw new Problem('store-unreachable', `${digest} broke off while it was read: ${errorCode(error)}`);
    }
  }

  return {
    async put(name, content) {
      const bytes = Buffer.from(content);
      return keep({ name, digest: digestOf(bytes), size: bytes.length }, () => bytes);
    },
    async putFile(name, path) {
      const digest = await digestOfFile(path);
      return keep({ name, digest, size: (await stat(path)).size }, () => createReadStream(path));
    },
    bytes: (digest) => whole(open(digest)),
    text: async (digest) => (await whole(open(digest))).toString('utf8'),
    copyTo: (digest, path) => placeFile(path, open(digest)),
    has: (digest) => isThere(bucket, nameOf(digest)),
  };
}
