import type { ArtifactStore, Environment } from '../../activities/ports.ts';

export interface BuilderOptions {
  readonly store: ArtifactStore;
  /** Folder of the pinned Python tools' programs (SLIPWAY_TOOLS). */
  readonly tools?: string | undefined;
  /** uv's cache, shared by all environments of this worker. */
  readonly cache: string;
  /** Homes, temporary folders and logs of running commands are made here. */
  readonly scratch: string;
  /** Folders that project code must not see, even below a folder that it may read: credentials, state, the service itself. */
  readonly hidden?: readonly string[];
  /** For installs and builds, e.g. PIP_INDEX_URL and UV_DEFAULT_INDEX where a company has an index of its own. */
  readonly env?: Environment;
  /** `none`: no namespaces, even where they can be had. */
  readonly isolation?: 'auto' | 'none';
  /** Of the activity that is asking, if any. */
  readonly cancellation?: () => AbortSignal | undefined;
}
