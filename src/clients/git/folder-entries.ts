import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';

export interface FolderEntry {
  readonly mode: '100644' | '100755' | '120000';
  readonly path: string;
  /** Where a symbolic link points: it is kept as a link, never followed. */
  readonly link?: string;
}

/** Every file of a folder as git would list it, hidden ones included, `.git` left out. */
export async function folderEntries(source: string): Promise<FolderEntry[]> {
  const found = await readdir(source, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const entries = await Promise.all(paths.map((path) => describeEntry(source, path)));
  return entries.filter(({ path }) => !path.split('/').includes('.git')).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function describeEntry(source: string, absolute: string): Promise<FolderEntry> {
  const path = absolute.slice(source.replace(/\/$/, '').length + 1);
  if (path.includes('\n')) throw new Problem('git-refused', `${JSON.stringify(path)} holds a line break`);
  const facts = await lstat(absolute);
  if (facts.isSymbolicLink()) return { mode: '120000', path, link: await readlink(absolute) };
  if (!facts.isFile()) throw new Problem('git-refused', `${path} is neither a file nor a link`);
  return { mode: (facts.mode & 0o100) === 0 ? '100644' : '100755', path };
}
