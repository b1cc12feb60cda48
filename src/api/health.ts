import { Hono } from 'hono';
import type { Readiness } from './readiness.ts';

/** /healthz: this process lives. /readyz: what it needs is there as well, and what is not is said. */
export function healthRoutes(readiness: () => Promise<Readiness>) {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const { ready, checks } = await readiness();
      return c.json({ status: ready ? 'ok' : 'not ready', checks }, ready ? 200 : 503);
    });
}
