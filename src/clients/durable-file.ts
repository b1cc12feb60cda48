import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file that is complete or not there at all, whatever happens to the machine meanwhile. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  await beside(path, content, (written) => rename(written, path));
}

/** Keeps `content` under `path` unless something is there already; tells which of the two. */
export async function writeOnce(
  path: string,
  content: Uint8Array | string | AsyncIterable<Uint8Array>,
): Promise<'written' | 'there'> {
  let outcome: 'written' | 'there' = 'written';
  await beside(path, content, async (written) => {
    try {
      await link(written, path);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      outcome = 'there';
    }
  });
  return outcome;
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

async function beside(
  path: string,
  content: Uint8Array | string | AsyncIterable<Uint8Array>,
  place: (written: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const written = join(folder, `.${randomUUID()}.partial`);
  try {
    const file = await open(written, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(written);
  } finally {
    await rm(written, { force: true });
  }
  await syncFolder(folder);
}

/** The name itself is only durable when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
