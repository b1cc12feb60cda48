import { rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { Problem } from '../domain/problem.ts';

/** All pages in one step: a transaction of the server between two steps would make it begin again, and a busy one for ever. */
const ALL_PAGES = 2 ** 31 - 1;
const WAIT_MS = 10_000;

/**
 * A database of SQLite as it stands at one moment, what is still in its write-ahead log included, while another process writes to
 * it. Page for page: VACUUM INTO would number rows anew, and the server's full-text indexes know rows by their numbers.
 */
export async function snapshot(database: string, copy: string): Promise<void> {
  rmSync(copy, { force: true });
  const source = new DatabaseSync(database, { timeout: WAIT_MS });
  try {
    await backup(source, copy, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  const written = new DatabaseSync(copy);
  try {
    const [row] = written.prepare('PRAGMA quick_check').all();
    const said = Object.values(row ?? {})[0];
    if (said !== 'ok') throw new Problem('backup-broken', `the copy of ${database} is damaged: ${said}`);
  } finally {
    written.close();
  }
}
