import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Caller } from './authentication.ts';
import type { Measures } from './measures.ts';

/** Counts and times what is asked, by the pattern of its route. */
export function measured(measures: Measures): MiddlewareHandler<Caller> {
  return async (c, next) => {
    const began = performance.now();
    await next();
    const { status } = c.res;
    measures.request({ ...routeOf(c), status, seconds: (performance.now() - began) / 1000 });
    const refused = status === 401 || (c.req.path === '/sign-in' && c.req.method === 'POST' && status >= 400);
    if (refused) measures.signInRefused(meansOf(c));
  };
}

/** Of what no route is there for, not even the method is told: anybody may send any. */
export function routeOf(c: Context): { method: string; route: string } {
  const handler = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
  return handler ? { method: handler.method, route: handler.path } : { method: 'other', route: 'none' };
}

function meansOf(c: Context): string {
  if (c.req.path.startsWith('/sign-in')) return 'sign-in';
  if (c.req.path === '/metrics') return 'scrape';
  return c.req.header('authorization') === undefined ? 'none' : 'token';
}
