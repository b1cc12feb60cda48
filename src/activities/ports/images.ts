import type { Artifact, Digest } from './store.ts';

/** Container images: built into an OCI archive on a build worker. */
export interface ImageBuilder {
  /** undefined where no engine is there. */
  engine(): Promise<string | undefined>;
  /** Writes an OCI archive (tar) to `out`; answers the digest of its manifest. */
  build(options: {
    context: string;
    dockerfile: string;
    buildArgs: Readonly<Record<string, string>>;
    labels: Readonly<Record<string, string>>;
    out: string;
    sourceDateEpoch: number;
    timeout: number;
  }): Promise<{ manifest: Digest; log: Artifact }>;
}

export interface RegistryAccess {
  /** host[:port]/repository */
  readonly name: string;
  readonly token?: string;
}

export interface RegistryReads {
  /** Digest that a tag or digest resolves to; undefined: none. */
  digest(access: RegistryAccess, reference: string): Promise<Digest | undefined>;
  tags(access: RegistryAccess): Promise<readonly string[]>;
  /** Manifest digest inside an OCI archive. */
  archiveDigest(archive: string): Promise<Digest>;
}

export interface RegistryWrites {
  /** Pushes what is missing of the archive, by digest; no tag. */
  push(access: RegistryAccess, archive: string): Promise<Digest>;
  tag(access: RegistryAccess, digest: Digest, tag: string): Promise<void>;
}
