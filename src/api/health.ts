import { Hono } from 'hono';
import type { ApiDeps } from './deps.ts';

/** /healthz: this process lives. /readyz: what it needs is there as well. */
export function healthRoutes({ runs, directory, archive }: ApiDeps) {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const [temporal, configuration, kept] = await Promise.allSettled([
        runs.ready(),
        directory.faults(),
        archive.claimed('ready'),
      ]);
      const faults = configuration.status === 'fulfilled' ? configuration.value.length : -1;
      const checks = {
        temporal: temporal.status === 'fulfilled' ? 'ok' : 'unreachable',
        configuration: faults === 0 ? 'ok' : 'faulty',
        archive: kept.status === 'fulfilled' ? 'ok' : 'unreadable',
      };
      const ready = Object.values(checks).every((check) => check === 'ok');
      return c.json({ status: ready ? 'ok' : 'not ready', checks }, ready ? 200 : 503);
    });
}
