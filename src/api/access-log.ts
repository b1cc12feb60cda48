import type { MiddlewareHandler } from 'hono';
import type { Noted } from './audit.ts';
import type { Log } from './deps.ts';

/** One line a request: who asked for what, and how it was answered. Never a header or a body: tokens are in them. */
export function accessLog(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now();
    await next();
    const person = c.get('person') as { login: string } | undefined;
    const run = (c.get('noted') as Noted | undefined)?.run ?? runIn(c.req.path);
    const fields = {
      requestId: c.get('requestId'),
      method: c.req.method,
      path: c.req.path.slice(0, 300),
      status: c.res.status,
      ms: Math.round(performance.now() - began),
      ...(run === undefined ? {} : { run }),
      ...(person ? { person: person.login } : {}),
    };
    log.info(fields, 'request');
  };
}

/** The run that a path names, whether or not there is one. */
function runIn(path: string): string | undefined {
  const [, id] = /^(?:\/v1)?\/runs\/([\w.:%+-]{1,300})/.exec(path) ?? [];
  return id?.replaceAll(/%3a/gi, ':');
}
