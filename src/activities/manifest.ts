import { canonical } from '../domain/run/messages.ts';
import type { ArtifactRef, Manifest } from '../domain/run/state.ts';
import type { Artifact, ArtifactStore } from './ports.ts';

interface Contents {
  readonly version: string;
  readonly files: readonly ArtifactRef[];
  readonly extras: readonly ArtifactRef[];
}

/** Names the whole set: its digest is that of its canonical JSON, which is kept. */
export async function keepManifest(
  store: ArtifactStore,
  { version, files, extras }: Contents,
): Promise<{ manifest: Manifest; kept: Artifact }> {
  const text = canonical({ schema: 1, version, files: listed(files), extras: listed(extras) });
  const kept = await store.put('manifest.json', text);
  return { manifest: { digest: kept.digest, files, extras }, kept };
}

function listed(files: readonly ArtifactRef[]) {
  return files.map(({ name, size, digest }) => ({ name, size, digest })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
