import type { NativeConnection, Worker, WorkerInterceptors } from '@temporalio/worker';
import type pino from 'pino';
import { WORKER_TELLS_EVERY_SECONDS } from '../domain/pollers.ts';
import { installRuntime, troublesOf } from '../temporal/worker-runtime.ts';
import { activityLog } from './log.ts';
import { startTracing, type Tracing } from './tracing.ts';
import { createWorkerMeasures } from './worker-measures.ts';
import { openWorkerSite } from './worker-site.ts';

interface Wish {
  /** How traces name the process. */
  readonly service: string;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  /** What else keeps this worker from working, by name. */
  readonly troubles: () => Promise<Readonly<Record<string, string>>>;
  readonly log: pino.Logger;
}

export interface WorkerObservation {
  /** For each worker, outside of its own. */
  readonly interceptors: { readonly activity: NonNullable<WorkerInterceptors['activity']> };
  readonly tracing: Tracing;
  /** Numbers and health, from now on, where they are wanted. */
  show(connection: NativeConnection, workers: readonly Worker[]): Promise<void>;
}

/** Called once, before the first connection: it sets up the SDK's runtime. */
export async function observeWorker({ service, metrics, troubles, log }: Wish): Promise<WorkerObservation> {
  const { coreUrl } = await installRuntime({
    log: (level, message, meta) => log[level](meta.workflowId ? { run: meta.workflowId, ...meta } : meta, message),
    metrics: metrics !== undefined,
    tellEverySeconds: WORKER_TELLS_EVERY_SECONDS,
  });
  const tracing = await startTracing(service);
  const measures = metrics && createWorkerMeasures();
  return {
    interceptors: { activity: [activityLog(log), ...tracing.activities, ...(measures ? [measures.activities] : [])] },
    tracing,
    async show(connection, workers) {
      if (!metrics || !measures) return;
      const all = async () => ({ ...(await troublesOf(workers, connection)), ...(await troubles()) });
      const port = await openWorkerSite({ ...metrics, measures, coreUrl, troubles: all });
      log.info({ metrics: `http://${metrics.host}:${port}/metrics` }, 'numbers and health are to be had');
    },
  };
}
