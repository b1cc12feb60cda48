import type { Tree } from '../../src/domain/version-homes/tree.ts';

/** A tree of these files. */
export function treeWith(files: Readonly<Record<string, string>>): Tree {
  return { paths: Object.keys(files), read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined) };
}
