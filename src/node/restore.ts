import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extract, list, type ReadEntry } from 'tar';
import { Problem } from '../domain/problem.ts';
import { lockState } from './lock.ts';
import { type BackupManifest, MANIFEST, parseManifest } from './manifest.ts';
import { nodePlaces } from './places.ts';

const LARGEST_MANIFEST = 64 * 1024 * 1024;
const MARK = 'restoring';
/** What a state that nobody used holds. */
const NOTHING = new Set(['lock', 'lock.pid']);

/** Reads a backup whole and compares each byte with its manifest; writes nothing. */
export async function verifyBackup(file: string): Promise<BackupManifest> {
  const found = new Map<string, { sha256: string; size: number }>();
  const faults: string[] = [];
  let manifest: string | undefined;
  const reading = (entry: ReadEntry) => {
    if (entry.type !== 'File' && entry.type !== 'OldFile') {
      if (entry.type !== 'Directory') faults.push(`${entry.path} is a ${entry.type}`);
      return entry.resume();
    }
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    entry.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      if (entry.path === MANIFEST && entry.size <= LARGEST_MANIFEST) chunks.push(chunk);
    });
    entry.on('end', () => {
      if (entry.path === MANIFEST) manifest = Buffer.concat(chunks).toString('utf8');
      else if (found.has(entry.path)) faults.push(`${entry.path} is there twice`);
      else found.set(entry.path, { sha256: hash.digest('hex'), size: entry.size });
    });
    return undefined;
  };
  await list({ file, strict: true, onReadEntry: reading }).catch((error: Error) => {
    throw new Problem('backup-unreadable', `${file} cannot be read as a backup: ${error.message}`);
  });
  if (manifest === undefined) throw new Problem('backup-unreadable', `${file} has no ${MANIFEST}`);
  const parsed = parseManifest(manifest);
  faults.push(...differences(parsed, found));
  if (faults.length > 0) {
    throw new Problem('backup-broken', `${file} is not what was backed up: ${faults.length} of its files differ`, {
      faults: faults.slice(0, 20),
    });
  }
  return parsed;
}

function differences(
  { files }: BackupManifest,
  found: ReadonlyMap<string, { sha256: string; size: number }>,
): string[] {
  const named = new Set(files.map(({ path }) => path));
  const wrong = files.flatMap(({ path, sha256, size }) => {
    const there = found.get(path);
    if (there === undefined) return [`${path} is missing`];
    return there.sha256 === sha256 && there.size === size ? [] : [`${path} has other content`];
  });
  return [...wrong, ...[...found.keys()].filter((path) => !named.has(path)).map((path) => `${path} is not named`)];
}

/** Verifies, then writes. What is there is refused, or with `force` moved aside. */
export async function restoreBackup(file: string, root: string, { force }: { force: boolean }) {
  const manifest = await verifyBackup(file);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const unlock = lockState(nodePlaces(root).lock);
  try {
    const there = (await readdir(root)).filter((name) => !NOTHING.has(name));
    if (there.length > 0 && !force)
      throw new Problem('state-not-empty', `${root} holds a state already: ${there.slice(0, 5).join(', ')} …`);
    const staging = join(root, `.restoring-${process.pid}`);
    await mkdir(staging, { mode: 0o700 });
    await extract({ file, cwd: staging, strict: true, preserveOwner: false });
    const aside = there.length === 0 ? undefined : await moveAside(root, there);
    await writeFile(join(root, MARK), '');
    for (const name of await readdir(staging)) await rename(join(staging, name), join(root, name));
    await rm(staging, { recursive: true });
    await rm(join(root, MANIFEST));
    await rm(join(root, MARK));
    return { manifest, aside };
  } finally {
    unlock();
  }
}

async function moveAside(root: string, names: readonly string[]): Promise<string> {
  const aside = join(root, `before-restore-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`);
  await mkdir(aside, { mode: 0o700 });
  await writeFile(join(root, MARK), '');
  for (const name of names) if (!name.startsWith('before-restore-')) await rename(join(root, name), join(aside, name));
  return aside;
}

/** A restore that was cut off between two renames left neither the old state nor the new one. */
export function refuseHalfRestored(root: string): void {
  if (existsSync(join(root, MARK)))
    throw new Problem('restore-cut-off', `a restore into ${root} was cut off before its end`);
}
