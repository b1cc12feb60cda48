import { Hono, type MiddlewareHandler } from 'hono';
import { refuse } from './refusals.ts';
import type { Ctx, GithubEnv } from './world.ts';

const HOUR = 3600;

interface Budget {
  used: number;
  reset: number;
}

/** Requests of the hour, counted for each caller. With `enforced`, what is over the limit is refused as GitHub does. */
export class RateLimit {
  readonly #limit: number;
  readonly #enforced: boolean;
  readonly #budgets = new Map<string, Budget>();

  constructor(enforced: number | undefined) {
    this.#limit = enforced ?? 5000;
    this.#enforced = enforced !== undefined;
  }

  count: MiddlewareHandler<GithubEnv> = async (c, next) => {
    const budget = this.#budget(c);
    const resource = c.req.path.includes('/search/') ? 'search' : 'core';
    if (this.#enforced && budget.used >= this.#limit && !c.req.path.endsWith('/rate_limit')) {
      const who = c.var.caller ? `user ID ${c.var.caller.account.id}` : 'this address';
      throw refuse(403, `API rate limit exceeded for ${who}.`, { headers: headersOf(this.#figures(budget), resource) });
    }
    if (!c.req.path.endsWith('/rate_limit')) budget.used += 1;
    await next();
    if (c.res.status === 304) budget.used -= 1;
    for (const [name, value] of Object.entries(headersOf(this.#figures(budget), resource))) c.header(name, value);
  };

  routes(): Hono<GithubEnv> {
    return new Hono<GithubEnv>().get('/rate_limit', (c) => {
      const rate = this.#figures(this.#budget(c));
      const search = { limit: 30, used: 0, remaining: 30, reset: rate.reset };
      return c.json({ resources: { core: rate, search, graphql: { ...rate, used: 0 } }, rate });
    });
  }

  #budget(c: Ctx): Budget {
    const key = c.var.caller?.account.login ?? '';
    const now = Math.floor(Date.now() / 1000);
    const known = this.#budgets.get(key);
    if (known && known.reset > now) return known;
    const fresh = { used: 0, reset: now + HOUR };
    this.#budgets.set(key, fresh);
    return fresh;
  }

  #figures({ used, reset }: Budget) {
    return { limit: this.#limit, used, remaining: Math.max(0, this.#limit - used), reset };
  }
}

function headersOf(figures: { limit: number; used: number; remaining: number; reset: number }, resource: string) {
  return {
    'x-ratelimit-limit': String(figures.limit),
    'x-ratelimit-remaining': String(figures.remaining),
    'x-ratelimit-reset': String(figures.reset),
    'x-ratelimit-used': String(figures.used),
    'x-ratelimit-resource': resource,
  };
}
