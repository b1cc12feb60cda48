import { once } from 'node:events';
import { chmod, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ArtifactStore, Digest } from '../../src/activities/ports.ts';
import { archiveOf } from '../../src/clients/archive.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { nameOfDigest } from '../../src/clients/digests.ts';
import { createS3ArtifactStore } from '../../src/clients/s3/artifact-store.ts';
import { openBucket } from '../../src/clients/s3/bucket.ts';
import { s3Records } from '../../src/clients/s3/records.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';

/** One place, as its processes open it, and what somebody sees and does who goes around them. */
interface Kept {
  open(): ArtifactStore;
  damage(digest: Digest, text: string): Promise<void>;
  lying(digest: Digest): Promise<string>;
}

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3?.close());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const places: Record<string, () => Promise<Kept>> = {
  async folder() {
    const pathOf = (digest: Digest) => join(folder, 'kept', nameOfDigest(digest));
    return {
      open: () => createArtifactStore(join(folder, 'kept')),
      async damage(digest, text) {
        await chmod(pathOf(digest), 0o600);
        await writeFile(pathOf(digest), text);
      },
      lying: (digest) => readFile(pathOf(digest), 'utf8'),
    };
  },
  async S3() {
    const place = await s3.place();
    const nameOf = (digest: Digest) => `${place.prefix}artifacts/${nameOfDigest(digest)}`;
    return {
      open: () => createS3ArtifactStore(openBucket(place)),
      damage: (digest, text) => s3.overwrite(nameOf(digest), text),
      lying: (digest) => s3.read(nameOf(digest)),
    };
  },
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const digest: Digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'; // of "hello"

describe.each(Object.keys(places))('artifact store (%s)', (kind) => {
  let kept: Kept;
  beforeEach(async () => {
    kept = await places[kind]!();
  });

  test('what is put is found under its digest, by another process too', async () => {
    expect(await kept.open().put('greeting', 'hello')).toEqual({ name: 'greeting', digest, size: 5 });
    const other = kept.open();
    expect(await other.text(digest)).toBe('hello');
    expect(Buffer.from(await other.bytes(digest)).toString()).toBe('hello');
    expect(await other.has(digest)).toBe(true);
    expect(await other.put('the same again', 'hello')).toEqual({ name: 'the same again', digest, size: 5 });
  });

  test('a file goes in and comes out with the same bytes, an empty one too', async () => {
    const store = kept.open();
    for (const size of [0, 100_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, index) => index % 251);
      await writeFile(join(folder, 'in.whl'), bytes);
      const artifact = await store.putFile('x.whl', join(folder, 'in.whl'));
      expect(artifact.size).toBe(size);
      await store.copyTo(artifact.digest, join(folder, 'made', 'out.whl'));
      expect(Uint8Array.from(await readFile(join(folder, 'made', 'out.whl')))).toEqual(bytes);
    }
  });

  test('a large file is never held in memory as a whole', async () => {
    const size = 32 * 1024 * 1024;
    const large = await open(join(folder, 'image.tar'), 'w');
    await large.truncate(size);
    await large.close();
    let most = 0;
    const watch = setInterval(() => {
      collectGarbage();
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 250);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    try {
      const store = kept.open();
      const artifact = await store.putFile('image.tar', join(folder, 'image.tar'));
      await store.copyTo(artifact.digest, join(folder, 'out.tar'));
      expect((await kept.open().putFile('image.tar', join(folder, 'out.tar'))).digest).toBe(artifact.digest);
    } finally {
      clearInterval(watch);
    }
    expect(most - before).toBeLessThan(size / 2);
  });

  test('twenty writers of one object leave that object', async () => {
    await Promise.all(Array.from({ length: 20 }, () => kept.open().put('greeting', 'hello')));
    expect(await kept.lying(digest)).toBe('hello');
  });

  test('a damaged object is reported by every read and by a new put, and never overwritten', async () => {
    const store = kept.open();
    await store.put('greeting', 'hello');
    await kept.damage(digest, 'hullo');
    const corrupt = { code: 'artifact-corrupt' };
    await expect(store.bytes(digest)).rejects.toMatchObject(corrupt);
    await expect(store.text(digest)).rejects.toMatchObject(corrupt);
    await expect(store.copyTo(digest, join(folder, 'out'))).rejects.toMatchObject(corrupt);
    await expect(store.put('greeting', 'hello')).rejects.toMatchObject(corrupt);
    expect(await kept.lying(digest)).toBe('hullo');
    expect((await readdir(folder)).filter((name) => name.startsWith('out'))).toEqual([]);
  });

  test('an object that is not there, and a digest that is none, are missing', async () => {
    const store = kept.open();
    await expect(store.bytes(digest)).rejects.toMatchObject({ code: 'artifact-missing' });
    await expect(store.copyTo(digest, join(folder, 'out'))).rejects.toMatchObject({ code: 'artifact-missing' });
    await expect(store.bytes('sha256:../../etc/passwd' as Digest)).rejects.toMatchObject({ code: 'artifact-missing' });
    expect(await store.has(digest)).toBe(false);
  });
});

test('artifact store (folder): writers leave nothing half-written', async () => {
  const kept = await places.folder!();
  await Promise.all(Array.from({ length: 20 }, () => kept.open().put('greeting', 'hello')));
  expect(await readdir(join(folder, 'kept', '2c'))).toEqual([digest.slice('sha256:2c'.length)]);
});

describe('artifact store (S3) and its server', () => {
  test('a key is read anew: what was refused with the wrong one is done with the right one', async () => {
    const place = await s3.place();
    const right = await readFile(place.credentials, 'utf8');
    const store = createS3ArtifactStore(openBucket(place));
    await writeFile(place.credentials, right.replace(/SECRET_ACCESS_KEY=.*/, 'SECRET_ACCESS_KEY=wrong-and-secret'));
    const refused = store.put('greeting', 'hello');
    await expect(refused).rejects.toMatchObject({ code: 'store-refused' });
    await expect(refused).rejects.not.toThrow(/wrong-and-secret/);
    await writeFile(place.credentials, 'AWS_ACCESS_KEY_ID=only\n');
    await expect(store.put('greeting', 'hello')).rejects.toMatchObject({ code: 'credential-missing' });
    await rm(place.credentials);
    await expect(store.put('greeting', 'hello')).rejects.toMatchObject({ code: 'credential-missing' });
    await writeFile(place.credentials, right);
    await store.put('greeting', 'hello');
    expect(await store.text(digest)).toBe('hello');
  });

  test('a bucket that is not there, and one that is not ours, are refused; a server that is not there is waited for', async () => {
    const place = await s3.place();
    const elsewhere = (change: object) => createS3ArtifactStore(openBucket({ ...place, ...change }));
    await expect(elsewhere({ bucket: 'nobodys' }).put('x', 'x')).rejects.toMatchObject({ code: 'store-refused' });
    const gone = elsewhere({ endpoint: 'http://127.0.0.1:1' }).put('x', 'x');
    await expect(gone).rejects.toMatchObject({ code: 'store-unreachable', retry: true });
  });

  test('a server that fails for a moment is asked again; one that goes on failing is given up', async () => {
    const answers = [503, 503, 404, 503, 200];
    let asked = 0;
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(answers[asked++] ?? 503).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const store = createS3ArtifactStore(openBucket({ ...(await s3.place()), endpoint }));
      await store.put('greeting', 'hello');
      expect(asked).toBe(5);
      await expect(store.has(digest)).rejects.toMatchObject({ code: 'store-unreachable', retry: true });
      expect(asked).toBe(8);
    } finally {
      server.close();
    }
  });

  test('a server without conditional writes is looked at first, and what is there is not sent', async () => {
    const put: string[] = [];
    const there = new Map<string, Buffer>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url!.split('?')[0]!;
        if (request.method === 'PUT' && request.headers['if-none-match'] !== undefined)
          return response.writeHead(501).end();
        if (request.method === 'PUT') {
          put.push(path);
          there.set(path, Buffer.concat(chunks));
          return response.end();
        }
        const found = there.get(path);
        response.writeHead(found ? 200 : 404);
        return response.end(request.method === 'GET' ? found : undefined);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const bucket = openBucket({ ...(await s3.place()), endpoint });
      const store = createS3ArtifactStore(bucket);
      await store.put('greeting', 'hello');
      await store.put('greeting', 'hello');
      expect(put).toHaveLength(1);
      const archive = archiveOf(s3Records(bucket));
      await expect(archive.claim('key', { by: 'one' })).rejects.toMatchObject({ code: 'store-refused' });
    } finally {
      server.close();
    }
  });
});
