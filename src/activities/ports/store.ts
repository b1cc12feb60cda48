import type { AuditEntry } from '../../domain/audit.ts';

export type Digest = `sha256:${string}`;

/** Something kept in the artifact store. */
export interface Artifact {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Content-addressed: what was put is never overwritten, what is read is hashed again (`artifact-corrupt`, `artifact-missing`). */
export interface ArtifactStore {
  put(name: string, content: Uint8Array | string): Promise<Artifact>;
  putFile(name: string, path: string): Promise<Artifact>;
  bytes(digest: Digest): Promise<Uint8Array>;
  text(digest: Digest): Promise<string>;
  /** Writes the object's bytes to `path`. */
  copyTo(digest: Digest, path: string): Promise<void>;
  has(digest: Digest): Promise<boolean>;
}

/** Records of runs and of requests, which outlive Temporal's own. A record is plain JSON. */
export interface Archive {
  /** The last one put for (id, runId) holds. */
  putRun(record: { id: string; runId: string; [field: string]: unknown }): Promise<void>;
  run(id: string, runId?: string): Promise<Record<string, unknown> | undefined>;
  /** Newest first. */
  runs(filter?: { project?: string; idPrefix?: string }): Promise<Record<string, unknown>[]>;
  /** What people told a run, beside it: the trail is read without reading every run. */
  putActs(run: { id: string; runId: string }, acts: readonly AuditEntry[]): Promise<void>;
  acts(id?: string): Promise<AuditEntry[]>;
  /** First come: keeps `value` under `key` unless something is there already; answers what is there. */
  claim(key: string, value: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** What is under `key`, if anything. */
  claimed(key: string): Promise<Record<string, unknown> | undefined>;
}
