import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const made = new Map<string, Promise<string>>();

/** A folder of this process below `scratch`; what dead processes left there goes first. */
export function ownFolder(scratch: string): Promise<string> {
  const folder = made.get(scratch) ?? make(scratch);
  made.set(scratch, folder);
  return folder;
}

async function make(scratch: string): Promise<string> {
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const left = (await readdir(scratch)).filter((name) => /^process-\d+$/.test(name) && !lives(Number(name.slice(8))));
  await Promise.all(left.map((name) => remove(join(scratch, name))));
  const own = join(scratch, `process-${process.pid}`);
  await mkdir(own, { recursive: true, mode: 0o700 });
  return own;
}

/** A command may have left files that only it could remove: they wait for the next start. */
export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

function lives(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
