import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

const ALIVE_EVERY_MS = 20_000;
const DEAD_AFTER_MS = 10 * 60_000;

/** A folder below `root` of this process alone; what dead processes left there is removed first. */
export async function openOwnFolder(root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await removeLeftovers(root);
  const own = await mkdtemp(join(root, 'worker-'));
  setInterval(() => utimes(own, new Date(), new Date()).catch(() => undefined), ALIVE_EVERY_MS).unref();
  return own;
}

/** Project code may leave read-only folders behind, which only their owner's mode keeps from being removed. */
export async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(async () => {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o700).catch(() => undefined);
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
}

/** A process number says nothing here: workers may live in PID namespaces of their own. A living one touches its folder. */
async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > DEAD_AFTER_MS) await removeTree(folder);
  }
}
