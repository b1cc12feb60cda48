import type { MiddlewareHandler } from 'hono';
import type { Log } from './deps.ts';

/** One line a request: who asked for what, and how it was answered. Never a header or a body: tokens are in them. */
export function accessLog(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now();
    await next();
    const person = c.get('person') as { login: string } | undefined;
    const fields = {
      requestId: c.get('requestId'),
      method: c.req.method,
      path: c.req.path.slice(0, 300),
      status: c.res.status,
      ms: Math.round(performance.now() - began),
      ...(person ? { person: person.login } : {}),
    };
    log.info(fields, 'request');
  };
}
