import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditTrail } from '../activities/ports.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { errorCode } from './durable-file.ts';

/** The trail as a folder: `<day>.jsonl`, a line for each entry, written through to the disk before the request is answered. */
export function createAuditTrail(folder: string): AuditTrail {
  const file = (day: string) => join(folder, `${day}.jsonl`);

  return {
    async add(entry) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const handle = await open(file(entry.at.slice(0, 10)), 'a+', 0o600);
      try {
        const { size } = await handle.stat();
        const last = size === 0 ? '\n' : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
        // A line that a crash cut off must not take the next one with it.
        await handle.appendFile(`${last === '\n' ? '' : '\n'}${JSON.stringify(entry)}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },
    async days() {
      const names = await readdir(folder).catch(nothingThere<string[]>([]));
      const days = names.filter((name) => /^\d{4}-\d\d-\d\d\.jsonl$/.test(name)).map((name) => name.slice(0, 10));
      return days.sort().reverse();
    },
    async entriesOf(day) {
      const text = await readFile(file(day), 'utf8').catch(nothingThere(''));
      return text.split('\n').flatMap(entryIn);
    },
  };
}

function entryIn(line: string): AuditEntry[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as AuditEntry];
  } catch (error) {
    if (error instanceof SyntaxError) return []; // cut off as it was written
    throw error;
  }
}

function nothingThere<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (errorCode(error) === 'ENOENT') return value;
    throw error;
  };
}
