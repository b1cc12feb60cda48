import type { Context, MiddlewareHandler } from 'hono';
import type { Caller } from './authentication.ts';
import type { Measures } from './measures.ts';
import { routeOf } from './route-of.ts';

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

function meansOf(c: Context): string {
  if (c.req.path.startsWith('/sign-in')) return 'sign-in';
  if (c.req.path === '/metrics') return 'scrape';
  return c.req.header('authorization') === undefined ? 'none' : 'token';
}
