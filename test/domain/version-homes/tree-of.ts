import { editVersionHomes } from '../../../src/domain/version-homes/edit-version-homes.ts';
import { findVersionHomes, type Wanted } from '../../../src/domain/version-homes/find-version-homes.ts';
import type { Tree } from '../../../src/domain/version-homes/tree.ts';

export type Files = Readonly<Record<string, string>>;

export function treeOf(files: Files): Tree {
  return { paths: Object.keys(files), read: (path) => files[path] };
}

/** The files that a release of `version` changes, as they are afterwards. */
export function released(files: Files, version: string, wanted: Wanted = {}): Files {
  const tree = treeOf(files);
  const edits = editVersionHomes(tree, findVersionHomes(tree, wanted), version);
  return Object.fromEntries(edits.map(({ path, after }) => [path, after]));
}

/** All files after a release; what was not edited is there as it was. */
export function afterRelease(files: Files, version: string, wanted: Wanted = {}): Files {
  return { ...files, ...released(files, version, wanted) };
}

export const PYPROJECT = '[project]\nname = "acme-tool"\nversion = "1.1.0"\n';
