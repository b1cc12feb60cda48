import type { Context, MiddlewareHandler } from 'hono';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { FileDirectory } from '../config/directory.ts';
import type { Caller } from './authentication.ts';
import { RequestProblem } from './problems.ts';
import { addressOf } from './where-from.ts';

const A_MINUTE = 60;
/** The configuration says how much is too much, as it is now: these only count. */
const counter = () => new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: A_MINUTE });

/** How often something may be tried in a minute. Each process of the API counts for itself. */
export class Limits {
  readonly #directory: FileDirectory;
  readonly #attempts = counter();
  readonly #refusals = counter();
  readonly #writes = counter();
  readonly #decodes = counter();

  constructor(directory: FileDirectory) {
    this.#directory = directory;
  }

  /** Before anybody's token is looked at. */
  async assertMaySignIn(c: Context): Promise<void> {
    const { signIns, allSignIns } = await this.#directory.limits();
    await this.#count(this.#attempts, `from ${await this.#address(c)}`, signIns);
    await this.#count(this.#attempts, 'in all', allSignIns);
  }

  /** After a token did not count: whoever has one that does is never held up by others behind the same address. */
  async countRefusal(c: Context): Promise<void> {
    const { refusals } = await this.#directory.limits();
    await this.#count(this.#refusals, `from ${await this.#address(c)}`, refusals);
  }

  /** Whatever a person sends to change something. */
  onWrites(): MiddlewareHandler<Caller> {
    return async (c, next) => {
      const { person } = c.var;
      if (person && !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) {
        await this.#count(this.#writes, `by ${person.login}`, (await this.#directory.limits()).writes);
      }
      await next();
    };
  }

  /** A history is decrypted page by page, which takes more requests than anybody's own. */
  onDecodes(): MiddlewareHandler<Caller> {
    return async (c, next) => {
      await this.#count(this.#decodes, `by ${c.var.person.login}`, (await this.#directory.limits()).decodes);
      await next();
    };
  }

  async #address(c: Context): Promise<string> {
    return (await addressOf(c, this.#directory)) ?? 'this machine';
  }

  async #count(counter: RateLimiterMemory, what: string, most: number): Promise<void> {
    const { consumedPoints, msBeforeNext } = await counter.consume(what);
    if (consumedPoints <= most) return;
    const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
    throw new RequestProblem('too-many-requests', `more than ${most} requests a minute ${what}`, { retryAfter });
  }
}
