import type { JobPurpose } from '../dispatch/own-run.ts';

/** How to take back what a run did, written down before it is done. */
export type Undo =
  | { readonly kind: 'branch'; readonly ref: string; readonly to: string | null; readonly from: readonly string[] }
  | { readonly kind: 'pull-request'; readonly head: string; readonly base: string }
  | { readonly kind: 'test-index'; readonly version: string }
  | { readonly kind: 'merge'; readonly number: number }
  | { readonly kind: 'tag'; readonly tag: string; readonly commit: string }
  | { readonly kind: 'draft'; readonly tag: string }
  /** A workflow that was dispatched and may still run. */
  | ({ readonly kind: 'job' } & JobPurpose)
  /** A rollback's urgent issue. */
  | { readonly kind: 'issue'; readonly tag: string };
