import type { PreparedEdit } from '../../domain/prepare.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { exactBytes } from '../../domain/version-homes/exact-text.ts';
import type { Edits } from '../index.ts';
import type { ArtifactStore } from '../ports.ts';

/** As it is kept in the store: contents in base64, null for a file that goes. */
interface StoredEdit {
  readonly path: string;
  readonly content: string | null;
}

export interface FileEdit {
  readonly path: string;
  readonly content: Uint8Array | null;
}

export async function storeEdits(store: ArtifactStore, name: string, edits: readonly FileEdit[]): Promise<Edits> {
  const stored: StoredEdit[] = edits.map(({ path, content }) => ({
    path,
    content: content === null ? null : Buffer.from(content).toString('base64'),
  }));
  return {
    edits: await store.put(`${name}.edits.json`, JSON.stringify(stored)),
    changed: edits.map(({ path }) => path),
  };
}

/** Later edits of a file take the place of earlier ones. */
export async function readEdits(store: ArtifactStore, all: readonly ArtifactRef[]): Promise<FileEdit[]> {
  const lists = await Promise.all(all.map(async ({ digest }) => JSON.parse(await store.text(digest)) as StoredEdit[]));
  const byPath = new Map(lists.flat().map((edit) => [edit.path, edit]));
  return [...byPath.values()].map(({ path, content }) => ({
    path,
    content: content === null ? null : Buffer.from(content, 'base64'),
  }));
}

/** The bytes of what a plan edits; `original` are the file's own, which say how its text was read. */
export function bytesOf(
  edits: readonly PreparedEdit[],
  original: (path: string) => Uint8Array | undefined,
): FileEdit[] {
  return edits.map(({ path, after }) => ({
    path,
    content: after === null ? null : exactBytes(after, original(path) ?? new Uint8Array()),
  }));
}
