import { type Context, Hono } from 'hono';
import type { Catalogue } from './catalogue.ts';
import { normalizeName } from './names.ts';
import type { Published, ReadApi, Staleness } from './published.ts';

/** What outsiders to a project do to it: a moderator's quarantine, a cache that lags behind. */
export class Control {
  readonly #catalogue: Catalogue;
  readonly #published: Published;

  constructor(catalogue: Catalogue, published: Published) {
    this.#catalogue = catalogue;
    this.#published = published;
  }

  /** A quarantined project is 404 on every read page and takes no uploads; answers whether there is such a project. */
  quarantine(name: string, on = true): boolean {
    const project = this.#catalogue.project(name);
    if (project) this.#catalogue.setStatus(project, on ? 'quarantined' : 'active');
    return project !== undefined;
  }

  /** Read pages go on showing what they show now: for `reads` outdated answers, or until the function that comes back is called. */
  stale(name: string, staleness: Staleness = {}): () => void {
    this.#published.freeze(normalizeName(name), staleness);
    return () => this.fresh(name);
  }

  fresh(name: string): void {
    this.#published.release(normalizeName(name));
  }
}

/** The same over HTTP, for a sandbox in another process. */
export function controlRoutes(control: Control): Hono {
  const quarantined = (c: Context, on: boolean) =>
    control.quarantine(c.req.param('name') ?? '', on) ? c.body(null, 204) : c.notFound();
  return new Hono()
    .put('/_sandbox/projects/:name/quarantine', (c) => quarantined(c, true))
    .delete('/_sandbox/projects/:name/quarantine', (c) => quarantined(c, false))
    .put('/_sandbox/projects/:name/staleness', async (c) => {
      const staleness = parseStaleness(await c.req.json().catch(() => undefined));
      if (!staleness) return c.json({ error: 'staleness is {"pages"?: ["simple" | "json"], "reads"?: number}' }, 422);
      control.stale(c.req.param('name'), staleness);
      return c.body(null, 204);
    })
    .delete('/_sandbox/projects/:name/staleness', (c) => {
      control.fresh(c.req.param('name'));
      return c.body(null, 204);
    });
}

function parseStaleness(input: unknown): Staleness | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { pages, reads } = input as { pages?: unknown; reads?: unknown };
  const isApi = (page: unknown): page is ReadApi => page === 'simple' || page === 'json';
  if (reads !== undefined && !(Number.isInteger(reads) && (reads as number) > 0)) return undefined;
  if (pages !== undefined && !(Array.isArray(pages) && pages.every(isApi))) return undefined;
  return { ...(pages !== undefined && { pages }), ...(reads !== undefined && { reads: reads as number }) };
}
