import type { PayloadCodec } from '@temporalio/common';
import type { MiddlewareHandler } from 'hono';
import type { Archive, ArtifactStore, AuditTrail, IdentityProvider, SessionStore } from '../activities/ports.ts';
import type { FileDirectory } from '../config/directory.ts';
import type { PageService, Pages } from './for-pages.ts';
import type { Measures } from './measures.ts';
import type { Disk } from './readiness.ts';
import type { Streaming } from './run-events.ts';
import type { Pace } from './run-watches.ts';
import type { Runs } from './runs-port.ts';
import type { Schedules } from './schedules-port.ts';
import type { CountWorkers } from './temporal-workers.ts';

export interface ApiDeps {
  readonly runs: Runs;
  readonly schedules: Schedules;
  readonly directory: FileDirectory;
  readonly archive: Archive;
  readonly artifacts: Pick<ArtifactStore, 'bytes'>;
  readonly sessions: SessionStore;
  readonly audit: AuditTrail;
  readonly identity: IdentityProvider;
  readonly workers: CountWorkers;
  readonly disk: Disk;
  readonly measures: Measures;
  /** What each request goes through first. */
  readonly around?: readonly MiddlewareHandler[];
  /** What Temporal keeps, decrypted. */
  readonly payloads?: { readonly namespace: string; readonly decode: PayloadCodec['decode'] };
  readonly log: Log;
  /** What people see in a browser; without it there is only what programs are answered. */
  readonly pages?: (service: PageService) => Pages;
  readonly now?: () => Date;
  readonly pace?: Pace;
  readonly streaming?: Partial<Streaming>;
}

/** What a pino logger is, as far as the API goes. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
