import type { ArtifactStore, Environment } from '../../activities/ports.ts';
import type { IsolationRule } from '../../domain/confinement.ts';
import type { IsolationKind } from './view.ts';

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
  /** The worker's own rule; a project may ask for more. */
  readonly isolation?: IsolationRule;
  /** What is tried, in this order of strength: all, unless said otherwise. */
  readonly kinds?: readonly IsolationKind[];
  /** false: limits of single processes alone, even where the kernel's groups can be had. */
  readonly groups?: boolean;
  /** Of the activity that is asking, if any. */
  readonly cancellation?: () => AbortSignal | undefined;
}
