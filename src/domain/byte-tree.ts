import { exactText } from './version-homes/exact-text.ts';
import type { Tree } from './version-homes/tree.ts';

/** Files as they lie on a disk or in a commit. */
export interface Files {
  readonly paths: readonly string[];
  read(path: string): Uint8Array | undefined;
}

/** Files as texts that can be put back to the byte; each is read once. */
export function treeOf(files: Files): Tree {
  const read = new Map<string, string | undefined>();
  return {
    paths: files.paths,
    read(path) {
      if (!read.has(path)) {
        const bytes = files.read(path);
        read.set(path, bytes === undefined ? undefined : exactText(bytes));
      }
      return read.get(path);
    },
  };
}
