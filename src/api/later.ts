import { Hono } from 'hono';
import { Problem } from '../domain/problem.ts';
import type { Caller } from './authentication.ts';

/** Part of the contract, and said so: whoever asks learns that it is not there yet, not that it does not exist. */
const LATER = [['GET', '/v1/audit', 'the audit trail']] as const;

export function laterRoutes() {
  const app = new Hono<Caller>();
  for (const [method, path, what] of LATER) {
    app.on(method, path, () => {
      throw new Problem('not-available-yet', `${what} is not there yet`);
    });
  }
  return app;
}
