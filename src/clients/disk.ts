import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';

/** Bytes that we may still write in a folder; an error where we may write none at all. */
export async function freeBytes(folder: string): Promise<number> {
  await access(folder, constants.W_OK);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}
