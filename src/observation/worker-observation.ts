import type { NativeConnection, Worker, WorkerInterceptors } from '@temporalio/worker';
import { WORKER_TELLS_EVERY_SECONDS } from '../domain/pollers.ts';
import { installRuntime, troublesOf } from '../temporal/worker-runtime.ts';
import { createWorkerMeasures } from './worker-measures.ts';
import { openWorkerSite } from './worker-site.ts';

interface Wish {
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  /** What else keeps this worker from working, by name. */
  readonly troubles: () => Promise<Readonly<Record<string, string>>>;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

export interface WorkerObservation {
  /** For each worker, outside of its own. */
  readonly interceptors: { readonly activity: NonNullable<WorkerInterceptors['activity']> };
  /** Numbers and health, from now on, where they are wanted. */
  show(connection: NativeConnection, workers: readonly Worker[]): Promise<void>;
}

/** Called once, before the first connection: it sets up the SDK's runtime. */
export async function observeWorker({ metrics, troubles, log }: Wish): Promise<WorkerObservation> {
  const { coreUrl } = await installRuntime({
    log: (level, message, meta) => log[level](meta, message),
    metrics: metrics !== undefined,
    tellEverySeconds: WORKER_TELLS_EVERY_SECONDS,
  });
  const measures = metrics && createWorkerMeasures();
  return {
    interceptors: { activity: measures ? [measures.activities] : [] },
    async show(connection, workers) {
      if (!metrics || !measures) return;
      const all = async () => ({ ...(await troublesOf(workers, connection)), ...(await troubles()) });
      const port = await openWorkerSite({ ...metrics, measures, coreUrl, troubles: all });
      log.info({ metrics: `http://${metrics.host}:${port}/metrics` }, 'numbers and health are to be had');
    },
  };
}
