import type { ArtifactStore } from '../../activities/ports.ts';
import type { Interpreters } from './interpreters.ts';
import type { Launcher } from './launcher.ts';
import type { Tools } from './tools.ts';

/** What the parts of the builder share. */
export interface BuilderParts {
  readonly launcher: Launcher;
  readonly tools: Tools;
  readonly interpreters: Interpreters;
  readonly store: ArtifactStore;
  readonly cache: string;
}
