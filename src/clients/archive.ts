import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from '../activities/ports.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { errorCode, writeOnce, writeWhole } from './durable-file.ts';

type Found = Record<string, unknown>;

/** The archive as a folder: `runs/<id>/<runId>.json`, `acts/<id>/<runId>.json` and `claims/<key>.json`. */
export function createArchive(folder: string): Archive {
  const runFolder = (id: string) => join(folder, 'runs', fileName(id));
  const claimFile = (key: string) => join(folder, 'claims', `${fileName(key)}.json`);

  async function executions(path: string): Promise<Found[]> {
    const names = (await list(path)).filter((name) => name.endsWith('.json'));
    const records = await Promise.all(names.map((name) => readRecord(join(path, name))));
    return records.filter((record) => record !== undefined).sort(newestFirst);
  }

  return {
    async putRun(record) {
      await writeWhole(join(runFolder(record.id), `${fileName(record.runId)}.json`), `${JSON.stringify(record)}\n`);
    },
    async run(id, runId) {
      return runId === undefined
        ? (await executions(runFolder(id)))[0]
        : readRecord(join(runFolder(id), `${fileName(runId)}.json`));
    },
    async runs(filter = {}) {
      const folders = await list(join(folder, 'runs'));
      const records = (await Promise.all(folders.map((name) => executions(join(folder, 'runs', name))))).flat();
      return records
        .filter(({ id }) => filter.idPrefix === undefined || String(id).startsWith(filter.idPrefix))
        .filter(({ id }) => filter.project === undefined || String(id).split(':')[1] === filter.project)
        .sort(newestFirst);
    },
    async putActs({ id, runId }, acts) {
      const path = join(folder, 'acts', fileName(id), `${fileName(runId)}.json`);
      await writeWhole(path, `${JSON.stringify({ acts })}\n`);
    },
    async acts(id) {
      const folders = id === undefined ? await list(join(folder, 'acts')) : [fileName(id)];
      const kept = await Promise.all(folders.map((name) => executions(join(folder, 'acts', name))));
      return kept.flat().flatMap(({ acts }) => acts as AuditEntry[]);
    },
    async claim(key, value) {
      const path = claimFile(key);
      if ((await writeOnce(path, `${JSON.stringify(value)}\n`)) === 'written') return value;
      const there = await readRecord(path);
      if (there === undefined) throw new Error(`the claim ${key} vanished while it was read`);
      return there;
    },
    claimed: (key) => readRecord(claimFile(key)),
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

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch((error) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
}

async function readRecord(path: string): Promise<Found | undefined> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Found);
}
