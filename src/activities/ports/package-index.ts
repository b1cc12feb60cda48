import type { IndexTarget } from '../../domain/project.ts';

export interface IndexFile {
  readonly filename: string;
  readonly sha256: string;
  readonly size?: number;
  readonly yanked: boolean | string;
  readonly url: string;
  /** Where the index tells. */
  readonly uploadedAt?: string;
}

export interface IndexReads {
  /** What the index lists for this version now (PEP 691, past caches); undefined: no such version. */
  files(index: IndexTarget, name: string, version: string): Promise<readonly IndexFile[] | undefined>;
  /** Every version that the index has ever shown for the name. */
  versions(index: IndexTarget, name: string): Promise<readonly string[]>;
  /** What installers are told: the simple page and, where the index has it, the JSON of the version. */
  visible(
    index: IndexTarget,
    name: string,
    version: string,
  ): Promise<{ simple: readonly IndexFile[]; json?: readonly IndexFile[] }>;
  /** Writes the file's bytes to `path`, hashed on the way: what is kept is what the index names. */
  download(file: IndexFile, path: string): Promise<void>;
  pageUrl(index: IndexTarget, name: string, version: string): string;
  /** Where an owner yanks a release by hand. */
  manageUrl(index: IndexTarget, name: string): string;
  /** Who may yank, where the index tells. */
  owners(index: IndexTarget, name: string): Promise<readonly string[]>;
  /** Where pip and uv read from. */
  simpleUrl(index: IndexTarget): string;
}

export interface IndexWrites {
  /**
   * One file, once: no retry of its own. `index-conflict` for other bytes under the name or a name used before;
   * an identical file counts as done. After `index-unreachable` the caller reads before it believes anything.
   */
  upload(index: IndexTarget, token: string, file: string, metadata?: { comment?: string }): Promise<void>;
}

/** Looking into wheels and sdists; nothing of theirs is run. */
export interface DistributionReads {
  /** Members by path, an sdist's without its top folder. `metadata-refused` where it is neither, or larger than can be. */
  members(file: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Writes those members of a zip that are wanted into `folder`, under their own names without folders; answers these. `built-file-refused`. */
  unpack(zip: string, folder: string, wanted: (name: string) => boolean): Promise<readonly string[]>;
}
