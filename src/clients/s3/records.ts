import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { Problem } from '../../domain/problem.ts';
import type { Records } from '../archive.ts';
import type { Bucket } from './bucket.ts';
import { put, putNew, textContent } from './put-new.ts';

/** The archive's texts in a bucket, below `<prefix>archive/`. */
export function s3Records(bucket: Bucket): Records {
  const root = `${bucket.prefix}archive/`;
  let tried: Promise<void> | undefined;

  /** "First come" is the server's to decide: one that overwrites in spite of the condition can't keep claims. Tried for real, once. */
  async function tryCondition(): Promise<void> {
    for (const _ of ['the first', 'the second'])
      if ((await putNew(bucket, `${root}conditional`, textContent('once\n'))) === 'there') return;
    const why = 'it overwrites what is there in spite of If-None-Match';
    throw new Problem('store-refused', `the server of the artifact store can't hold the archive: ${why}`);
  }

  return {
    async read(name) {
      const found = await bucket.ask(
        { what: `GET ${root}${name}` },
        (client, options) => client.send(new GetObjectCommand({ Bucket: bucket.bucket, Key: root + name }), options),
        { 404: undefined },
      );
      return found?.Body?.transformToString('utf8');
    },
    write: (name, text) => put(bucket, root + name, textContent(text)),
    async writeOnce(name, text) {
      tried ??= tryCondition();
      await tried.catch((error) => {
        tried = undefined; // the server may only have been away
        throw error;
      });
      return putNew(bucket, root + name, textContent(text));
    },
    async list(folder) {
      const names: string[] = [];
      let next: string | undefined;
      do {
        const input = { Bucket: bucket.bucket, Prefix: `${root}${folder}/`, ContinuationToken: next };
        const page = await bucket.ask({ what: `GET the list of ${root}${folder}/` }, (client, options) =>
          client.send(new ListObjectsV2Command(input), options),
        );
        names.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        next = page.NextContinuationToken;
      } while (next !== undefined);
      return names.map((name) => name.slice(root.length));
    },
  };
}
