import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionRecord, SessionStore } from '../activities/ports.ts';
import { errorCode, writeWhole } from './durable-file.ts';

/** Sessions as a folder: `<key>.json`. */
export function createSessionStore(folder: string): SessionStore {
  const file = (key: string) => {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new Error('the key of a session is a sha256');
    return join(folder, `${key}.json`);
  };

  return {
    session: (key) => read(file(key)),
    put: (key, record) => writeWhole(file(key), `${JSON.stringify(record)}\n`),
    remove: (key) => rm(file(key), { force: true }),
    async removeOlder(than) {
      for (const name of (await readdir(folder).catch(nothingThere)) ?? []) {
        if (!name.endsWith('.json')) continue;
        const record = await read(join(folder, name));
        if (record && record.seenAt < than.toISOString()) await rm(join(folder, name), { force: true });
      }
    },
  };
}

async function read(path: string): Promise<SessionRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(nothingThere);
  return text === undefined ? undefined : (JSON.parse(text) as SessionRecord);
}

function nothingThere(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
}
