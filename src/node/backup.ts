import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, cp, link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { Problem } from '../domain/problem.ts';
import { type BackupManifest, FORMAT, MANIFEST, type SavedFile, slipwayVersion } from './manifest.ts';
import { type NodePlaces, nodePlaces } from './places.ts';
import { snapshot } from './snapshot.ts';

/** In this order: what the database names is in the store before the database names it, and nothing is ever taken out of the store. */
const FOLDERS = ['archive', 'artifacts', 'audit', 'people', 'config'];
/** Whoever has these publishes, and signs, in the owner's name. */
const SECRET_FOLDERS = ['credentials', 'private'];
const FILES = ['temporal/version', 'ports.json'];
/** What is being written as we look: it has not happened yet. */
const UNFINISHED = /\.(partial|new)$/;

const STAGING = '.backup-';
const DAY_MS = 86_400_000;

interface Options {
  readonly secrets: boolean;
  /** File, or folder to put it in. */
  readonly to: string;
  readonly temporal: string;
  readonly now?: Date;
}

/** All that a node would need to go on elsewhere, as one file; the node may run meanwhile. */
export async function writeBackup(root: string, { secrets, to, temporal, now = new Date() }: Options) {
  const places = nodePlaces(root);
  if (!(await isThere(places.temporal)))
    throw new Problem('backup-not-written', `${root} holds no node's state: there is no ${places.temporal}`);
  const file = await fileFor(to, now);
  await removeLeftovers(root, now);
  const staging = join(root, `${STAGING}${process.pid}`);
  try {
    const paths = [...(await databaseInto(places, staging)), ...(await foldersInto(root, staging, secrets))];
    const manifest: BackupManifest = {
      ...{ format: FORMAT, slipway: slipwayVersion(), temporal, createdAt: now.toISOString(), secrets },
      files: await Promise.all(paths.sort().map((path) => saved(staging, path))),
    };
    await writeFile(join(staging, MANIFEST), JSON.stringify(manifest, null, 2));
    await pack(staging, [MANIFEST, ...paths], file);
    return { file, manifest };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Of backups that were cut off. */
async function removeLeftovers(root: string, now: Date): Promise<void> {
  for (const name of (await readdir(root)).filter((one) => one.startsWith(STAGING))) {
    const { mtime } = await stat(join(root, name));
    if (now.getTime() - mtime.getTime() > DAY_MS) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function fileFor(to: string, now: Date): Promise<string> {
  const path = resolve(to);
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = folder ? join(path, `slipway-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z.tar.gz`) : path;
  if (await isThere(file)) throw new Problem('backup-not-written', `${file} is there already`);
  if (!(await isThere(dirname(file)))) throw new Problem('backup-not-written', `there is no folder ${dirname(file)}`);
  return file;
}

async function databaseInto(places: NodePlaces, staging: string): Promise<string[]> {
  const path = relative(places.root, places.temporal);
  await mkdir(dirname(join(staging, path)), { recursive: true, mode: 0o700 });
  await snapshot(places.temporal, join(staging, path));
  return [path];
}

async function foldersInto(root: string, staging: string, secrets: boolean): Promise<string[]> {
  const taken: string[] = [];
  for (const folder of secrets ? [...FOLDERS, ...SECRET_FOLDERS] : FOLDERS) {
    for (const path of await filesBelow(root, folder)) {
      if (UNFINISHED.test(path)) continue;
      if (await take(join(root, path), join(staging, path), folder === 'artifacts')) taken.push(path);
    }
  }
  for (const path of FILES) if (await take(join(root, path), join(staging, path), false)) taken.push(path);
  return taken;
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** An artifact never changes, so a second name for it is as good as a copy, and costs nothing. */
async function take(from: string, to: string, unchanging: boolean): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    if (unchanging) await link(from, to).catch(() => copyFile(from, to));
    else await cp(from, to, { dereference: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // gone since we looked
    throw error;
  }
}

async function saved(folder: string, path: string): Promise<SavedFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(folder, path)), hash);
  return { path, size: (await stat(join(folder, path))).size, sha256: hash.digest('hex') };
}

/** Whole or not at all, for its owner alone. */
async function pack(folder: string, paths: readonly string[], file: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await (await open(partial, 'wx', 0o600)).close();
    await create({ file: partial, gzip: true, cwd: folder, portable: true }, [...paths]);
    const handle = await open(partial, 'r');
    await handle.sync().finally(() => handle.close());
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
