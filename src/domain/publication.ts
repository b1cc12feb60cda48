import type { ArtifactRef } from './run/state.ts';

interface RemoteFile {
  readonly filename: string;
  readonly sha256: string;
}

export interface Comparison {
  /** In the order in which they are uploaded. */
  readonly missing: readonly ArtifactRef[];
  readonly same: readonly ArtifactRef[];
  readonly conflicting: readonly { readonly wanted: ArtifactRef; readonly there: RemoteFile }[];
  readonly unexpected: readonly RemoteFile[];
}

/** Files wanted against files there. An sdist alone would make users build from source, so wheels go first and the sdist last. */
export function compareFiles(wanted: readonly ArtifactRef[], there: readonly RemoteFile[]): Comparison {
  const remote = new Map(there.map((file) => [file.filename, file]));
  const names = new Set(wanted.map((file) => file.name));
  const inOrder = wanted.toSorted((a, b) => Number(isSdist(a)) - Number(isSdist(b)) || a.name.localeCompare(b.name));
  return {
    missing: inOrder.filter((file) => !remote.has(file.name)),
    same: inOrder.filter((file) => remote.get(file.name)?.sha256 === hexOf(file)),
    conflicting: inOrder.flatMap((file) => {
      const other = remote.get(file.name);
      return other && other.sha256 !== hexOf(file) ? [{ wanted: file, there: other }] : [];
    }),
    unexpected: there.filter((file) => !names.has(file.filename)),
  };
}

export function hexOf({ digest }: ArtifactRef): string {
  return digest.slice('sha256:'.length);
}

function isSdist({ name }: ArtifactRef): boolean {
  return name.endsWith('.tar.gz') || name.endsWith('.zip');
}
