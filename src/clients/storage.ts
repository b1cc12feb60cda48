import type { Archive, ArtifactStore } from '../activities/ports.ts';
import { archiveOf, createArchive } from './archive.ts';
import { createArtifactStore } from './artifact-store.ts';
import { createS3ArtifactStore } from './s3/artifact-store.ts';
import { type BucketOptions, type BucketPlace, openBucket } from './s3/bucket.ts';
import { s3Records } from './s3/records.ts';

/** Folders of this machine, or a bucket that several machines share. */
export interface StoragePlaces {
  readonly artifacts: string;
  readonly archive: string;
  readonly s3?: BucketPlace | undefined;
}

export function openStorage(
  { artifacts, archive, s3 }: StoragePlaces,
  options: BucketOptions = {},
): { store: ArtifactStore; archive: Archive } {
  if (s3 === undefined) return { store: createArtifactStore(artifacts), archive: createArchive(archive) };
  const bucket = openBucket(s3, options);
  return { store: createS3ArtifactStore(bucket), archive: archiveOf(s3Records(bucket)) };
}
