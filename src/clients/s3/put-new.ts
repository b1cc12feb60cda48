import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { Problem } from '../../domain/problem.ts';
import type { Bucket } from './bucket.ts';

export interface Content {
  /** Opened for each try. */
  readonly body: () => NonNullable<PutObjectCommandInput['Body']>;
  readonly size: number;
  /** Hex; the server refuses what arrives otherwise. */
  readonly sha256: string;
}

const TRIES = 5;

export function textContent(text: string): Content {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { body: () => bytes, size: bytes.length, sha256 };
}

export async function put(bucket: Bucket, name: string, content: Content): Promise<void> {
  await bucket.ask({ what: `PUT ${name}`, file: true }, (client, options) =>
    client.send(new PutObjectCommand(inputOf(bucket, name, content)), options),
  );
}

/**
 * Puts an object unless one of that name is there; tells which of the two. Where a server has no such condition, it is put all the same:
 * whoever must not overwrite looks first, or tries the server.
 */
export async function putNew(bucket: Bucket, name: string, content: Content): Promise<'written' | 'there'> {
  for (let tried = 0; tried < TRIES; tried++) {
    const outcome = await bucket.ask(
      { what: `PUT ${name}`, file: true },
      async (client, options) => {
        const input = { ...inputOf(bucket, name, content), IfNoneMatch: '*' };
        await client.send(new PutObjectCommand(input), options);
        return 'written' as const;
      },
      { 409: 'at the same time', 412: 'there', 501: 'no conditions' } as const,
    );
    if (outcome === 'no conditions') {
      await put(bucket, name, content);
      return 'written';
    }
    if (outcome !== 'at the same time') return outcome;
    if (await isThere(bucket, name)) return 'there';
  }
  throw new Problem('store-unreachable', `${name} is being put by others again and again`);
}

export async function isThere(bucket: Bucket, name: string): Promise<boolean> {
  return bucket.ask(
    { what: `HEAD ${name}` },
    async (client, options) => {
      await client.send(new HeadObjectCommand({ Bucket: bucket.bucket, Key: name }), options);
      return true;
    },
    { 404: false },
  );
}

function inputOf({ bucket }: Bucket, name: string, { body, size, sha256 }: Content): PutObjectCommandInput {
  const checksum = Buffer.from(sha256, 'hex').toString('base64');
  return { Bucket: bucket, Key: name, Body: body(), ContentLength: size, ChecksumSHA256: checksum };
}
