import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '../domain/problem.ts';

/**
 * Two nodes on one state would spoil it. The lock is the operating system's own, on a file of SQLite's: it goes with the process, also
 * when the machine loses its power, and a number that another process has got meanwhile keeps nobody out.
 */
export function lockState(file: string): () => void {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!/locked/.test((error as Error).message)) throw error;
    throw new Problem('state-in-use', `process ${holderOf(file)} works on the state beside ${file}`);
  }
  writeFileSync(holderFile(file), `${process.pid}\n`);
  return () => lock.close();
}

/** For words alone. */
function holderOf(file: string): string {
  try {
    return readFileSync(holderFile(file), 'utf8').trim();
  } catch {
    return '(unknown)';
  }
}

function holderFile(file: string): string {
  return `${file}.pid`;
}
