import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../domain/problem.ts';
import type { ApiDeps } from './deps.ts';
import { WORKS, type Work } from './temporal-workers.ts';

/** The folder that all processes share: bytes that are free there, and how few are too few. */
export interface Disk {
  free(): Promise<number>;
  readonly least: number;
}

export const CHECKS = ['temporal', 'configuration', 'archive', 'artifacts', 'disk', ...WORKS] as const;
export type Check = (typeof CHECKS)[number];

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or what is wrong. */
  readonly checks: Readonly<Record<Check, string>>;
  readonly workers?: Readonly<Record<Work, number>>;
  readonly free?: number;
}

/** A readiness that is asked for takes less than 5 s, whatever hangs. */
const EACH_WITHIN_MS = 3_000;
const NOBODYS = `sha256:${'0'.repeat(64)}` as const;

/** What the service needs to release anything. Whoever asks while somebody looks gets the same answer. */
export function createReadiness(deps: ApiDeps): () => Promise<Readiness> {
  let looking: Promise<Readiness> | undefined;
  return () => {
    looking ??= look(deps).finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

async function look({ runs, directory, archive, artifacts, workers, disk }: ApiDeps): Promise<Readiness> {
  const [temporal, configuration, kept, stored, free, counts] = await Promise.all([
    inTime(runs.ready()),
    inTime(directory.faults()),
    inTime(archive.claimed('ready')),
    inTime(artifacts.bytes(NOBODYS).catch(isMissing)),
    inTime(disk.free()),
    inTime(workers()),
  ]);
  const work = (one: Work) => (counts === undefined ? 'unknown' : counts.value[one] > 0 ? 'ok' : 'no worker');
  const checks = {
    temporal: temporal ? 'ok' : 'unreachable',
    configuration: configuration?.value.length === 0 ? 'ok' : 'faulty',
    archive: kept ? 'ok' : 'unreadable',
    artifacts: stored ? 'ok' : 'unreadable',
    disk: free === undefined ? 'unreadable' : free.value >= disk.least ? 'ok' : fewer(disk.least),
    ...{ workflows: work('workflows'), build: work('build'), publish: work('publish') },
  };
  return {
    ready: Object.values(checks).every((check) => check === 'ok'),
    checks,
    ...(counts ? { workers: counts.value } : {}),
    ...(free ? { free: free.value } : {}),
  };
}

/** undefined: it failed, or did not answer in time. */
async function inTime<T>(act: Promise<T>): Promise<{ value: T } | undefined> {
  const over = new AbortController();
  const late = sleep(EACH_WITHIN_MS, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
  const answered = act.then(
    (value) => ({ value }),
    () => undefined, // that it is so is what is asked; why, is in the log of whoever needs it
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    over.abort();
  }
}

/** The store was there to say so. */
function isMissing(error: unknown): undefined {
  if (!(error instanceof Problem && error.code === 'artifact-missing')) throw error;
}

function fewer(bytes: number): string {
  return `less than ${Math.round(bytes / 1024 ** 2)} MiB free`;
}
