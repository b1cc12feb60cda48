import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from '../activities/ports.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { errorCode, writeOnce, writeWhole } from './durable-file.ts';

type Found = Record<string, unknown>;

/** Texts under names like paths, whatever keeps them. */
export interface Records {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** Unless something is there. */
  writeOnce(name: string, text: string): Promise<'written' | 'there'>;
  /** Names below a folder, however deep. */
  list(folder: string): Promise<string[]>;
}

/** The archive as a folder: `runs/<id>/<runId>.json`, `acts/<id>/<runId>.json` and `claims/<key>.json`. */
export function createArchive(folder: string): Archive {
  return archiveOf(folderRecords(folder));
}

export function archiveOf(records: Records): Archive {
  const runFolder = (id: string) => `runs/${fileName(id)}`;
  const claimFile = (key: string) => `claims/${fileName(key)}.json`;

  async function executions(folder: string): Promise<Found[]> {
    const names = (await records.list(folder)).filter((name) => name.endsWith('.json'));
    const found = await Promise.all(names.map(readRecord));
    return found.filter((record) => record !== undefined).sort(newestFirst);
  }

  async function readRecord(name: string): Promise<Found | undefined> {
    const text = await records.read(name);
    return text === undefined ? undefined : (JSON.parse(text) as Found);
  }

  return {
    async putRun(record) {
      await records.write(`${runFolder(record.id)}/${fileName(record.runId)}.json`, `${JSON.stringify(record)}\n`);
    },
    async run(id, runId) {
      return runId === undefined
        ? (await executions(runFolder(id)))[0]
        : readRecord(`${runFolder(id)}/${fileName(runId)}.json`);
    },
    async runs(filter = {}) {
      return (await executions('runs'))
        .filter(({ id }) => filter.idPrefix === undefined || String(id).startsWith(filter.idPrefix))
        .filter(({ id }) => filter.project === undefined || String(id).split(':')[1] === filter.project);
    },
    async putActs({ id, runId }, acts) {
      await records.write(`acts/${fileName(id)}/${fileName(runId)}.json`, `${JSON.stringify({ acts })}\n`);
    },
    async acts(id) {
      const kept = await executions(id === undefined ? 'acts' : `acts/${fileName(id)}`);
      return kept.flatMap(({ acts }) => acts as AuditEntry[]);
    },
    async claim(key, value) {
      const name = claimFile(key);
      if ((await records.writeOnce(name, `${JSON.stringify(value)}\n`)) === 'written') return value;
      const there = await readRecord(name);
      if (there === undefined) throw new Error(`the claim ${key} vanished while it was read`);
      return there;
    },
    claimed: (key) => readRecord(claimFile(key)),
  };
}

function folderRecords(root: string): Records {
  return {
    async read(name) {
      return readFile(join(root, name), 'utf8').catch((error) => {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      });
    },
    write: (name, text) => writeWhole(join(root, name), text),
    writeOnce: (name, text) => writeOnce(join(root, name), text),
    async list(folder) {
      const names = await readdir(join(root, folder), { recursive: true }).catch((error) => {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      });
      return names.map((name) => `${folder}/${name}`);
    },
  };
}

/** Readable for people, and one of its own for every id, whatever characters that holds. */
function fileName(id: string): string {
  const readable = id.replaceAll(/[^A-Za-z0-9.]+/g, '-').slice(0, 80);
  return `${readable.replace(/^\./, '-')}-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
}

/** Times are ISO 8601 in UTC, so their order is that of their letters. */
function newestFirst(a: Found, b: Found): number {
  return String(b.startedAt ?? '').localeCompare(String(a.startedAt ?? ''));
}
