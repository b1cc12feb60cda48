import { type S3Client as Client, S3Client } from '@aws-sdk/client-s3';
import { Problem } from '../../domain/problem.ts';
import { hostOf } from '../http.ts';
import { readKeys } from './keys.ts';
import { type Asked, storeProblem } from './refusals.ts';

/** Where a bucket is, and the file that holds its key. */
export interface BucketPlace {
  readonly endpoint: string;
  readonly bucket: string;
  /** Before every name; empty, or ending in /. */
  readonly prefix: string;
  readonly region: string;
  /** `https://host/bucket/name`, as most servers but Amazon's want it, or `https://bucket.host/name`. */
  readonly addressing: 'path' | 'host';
  readonly credentials: string;
}

export interface BucketOptions {
  /** Of the activity that is asking, if any. */
  readonly cancellation?: (() => AbortSignal | undefined) | undefined;
  readonly seconds?: number;
  readonly fileSeconds?: number;
}

/** What fails for a moment is tried so often in all; what goes on failing is Temporal's to retry. */
const TRIES = 3;
const CONNECT_MS = 10_000;
const SILENT_MS = 60_000;

export interface Bucket {
  readonly bucket: string;
  readonly prefix: string;
  /** One request; answers what `otherwise` says for these statuses, and a problem for any other failure. */
  ask<T, U = never>(asked: Asked, request: Request<T>, otherwise?: Readonly<Record<number, U>>): Promise<T | U>;
}

type Request<T> = (client: Client, options: { abortSignal: AbortSignal }) => Promise<T>;

export function openBucket(place: BucketPlace, options: BucketOptions = {}): Bucket {
  const { cancellation, seconds = 30, fileSeconds = 600 } = options;
  const host = hostOf(place.endpoint);
  const client = new S3Client({
    endpoint: place.endpoint,
    region: place.region,
    forcePathStyle: place.addressing === 'path',
    // Past as soon as it is read: the next request reads the file anew.
    credentials: async () => ({ ...(await readKeys(place.credentials)), expiration: new Date() }),
    maxAttempts: TRIES,
    retryMode: 'standard',
    // Objects are hashed here; checksums of the library's own make are what other servers than Amazon's stumble over.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
  });

  return {
    bucket: place.bucket,
    prefix: place.prefix,
    async ask(asked, request, otherwise = {}) {
      const cancelled = cancellation?.();
      const most = asked.file ? fileSeconds : seconds;
      const limit = AbortSignal.timeout(most * 1000);
      const abortSignal = cancelled ? AbortSignal.any([cancelled, limit]) : limit;
      try {
        return await request(client, { abortSignal });
      } catch (error) {
        cancelled?.throwIfAborted();
        if (limit.aborted)
          throw new Problem('store-unreachable', `${host} did not answer within ${most} s: ${asked.what}`);
        const status = statusOf(error);
        if (status !== undefined && status in otherwise) return otherwise[status]!;
        throw await storeProblem(error, { ...asked, host, credentials: place.credentials });
      }
    },
  };
}

export function statusOf(error: unknown): number | undefined {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
