import { Hono } from 'hono';
import type { Fault } from './faults.ts';
import type { Journal } from './journal.ts';

/** The journal over HTTP, for a sandbox that runs in another process. A fault's target is `/a pattern/` or the whole target. */
export function journalRoutes(journal: Journal): Hono {
  return new Hono()
    .get('/_sandbox/changes', (c) => c.json(journal.changes()))
    .post('/_sandbox/faults', async (c) => {
      const fault = parseFault(await c.req.json().catch(() => undefined));
      if (!fault) return c.json({ error: 'a fault needs a server, and when: "before" or "after"' }, 422);
      journal.fault(fault);
      return c.json(fault, 201);
    })
    .delete('/_sandbox/faults', (c) => {
      journal.clearFaults();
      return c.body(null, 204);
    });
}

function parseFault(input: unknown): Fault | undefined {
  const fault = input as Fault | null | undefined;
  if (typeof fault?.server !== 'string' || (fault.when !== 'before' && fault.when !== 'after')) return undefined;
  const pattern = typeof fault.target === 'string' ? /^\/(.*)\/$/s.exec(fault.target)?.[1] : undefined;
  return pattern === undefined ? fault : { ...fault, target: new RegExp(pattern) };
}
