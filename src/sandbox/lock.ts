import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Two sandboxes on one state would spoil it. Throws while a living process holds the lock; answers how to give it up. */
export function lockState(file: string): () => void {
  const holder = holderOf(file);
  if (holder !== undefined)
    throw new Error(`a sandbox runs on this state already, as process ${holder}: end it first, or use another --state`);
  writeFileSync(file, `${process.pid}\n`);
  return () => rmSync(file, { force: true });
}

/** The living process that holds the lock. */
export function holderOf(file: string): number | undefined {
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
  if (!Number.isInteger(pid) || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}
