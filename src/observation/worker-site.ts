import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { WorkerMeasures } from './worker-measures.ts';

export interface WorkerSite {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly measures: WorkerMeasures;
  /** What is not as it must be; nothing where the worker works. */
  readonly troubles: () => Promise<Readonly<Record<string, string>>>;
  /** Where the Temporal SDK's own numbers are. */
  readonly coreUrl: string;
}

const CORE_WITHIN_MS = 1_000;

/** /healthz, /readyz and /metrics of a worker, whose last holds the Temporal SDK's numbers as well: one address to scrape. */
export function workerApp({ measures, troubles, coreUrl }: Omit<WorkerSite, 'host' | 'port'>): Hono {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const checks = await troubles();
      const ready = Object.keys(checks).length === 0;
      return c.json({ status: ready ? 'ok' : 'not ready', checks }, ready ? 200 : 503);
    })
    .get('/metrics', async (c) => {
      const [checks, core] = await Promise.all([troubles(), coreMetrics(coreUrl)]);
      measures.ready(Object.keys(checks).length === 0);
      const { type, text } = await measures.text();
      return c.body(`${text}${core}`, 200, { 'content-type': type, 'cache-control': 'no-store' });
    });
}

/** Answers the port that it listens on. */
export function openWorkerSite(site: WorkerSite): Promise<number> {
  return new Promise((resolve, reject) => {
    const { host: hostname, port } = site;
    const server = serve({ fetch: workerApp(site).fetch, hostname, port }, (address) => resolve(address.port));
    server.once('error', reject);
    server.unref(); // a worker that has ended is not kept by it
  });
}

/** Silence is told as such: our own numbers are worth a scrape without them. */
async function coreMetrics(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(CORE_WITHIN_MS) });
    if (answer.ok) return await answer.text();
    return `# the Temporal SDK answered ${answer.status}\n`;
  } catch {
    return '# the Temporal SDK did not answer\n';
  }
}
