import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

/** The pattern that a request was answered by. Of what no route is there for, not even the method is told: anybody may send any. */
export function routeOf(c: Context): { method: string; route: string } {
  const handler = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
  return handler ? { method: handler.method, route: handler.path } : { method: 'other', route: 'none' };
}
