import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type AnyContext, type Fault, Faults, outgoingOf, type Request } from './faults.ts';

/** A request that changed something on a sandbox server: 'index', 'testIndex', 'github', 'git' or 'registry'. */
export interface Change extends Request {
  at: string;
  digest?: string;
}

export type Point = 'before-store' | 'after-store' | 'answered';

/** At `before-store` a hook may answer `drop`: the request is then as good as never received. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook without an answer is the usual one
export type Hook = (point: Point, change: Change) => Promise<'drop' | void> | 'drop' | void;

/** Every change on the sandbox's servers, in order, and the precise points at which tests kill and fail. */
export class Journal {
  readonly #file: string | undefined;
  readonly #changes: Change[];
  readonly #hooks = new Set<Hook>();
  readonly #faults = new Faults();

  /** With a file, changes are kept there as JSON lines and read again at the next start. */
  constructor(file?: string) {
    this.#file = file;
    this.#changes = file !== undefined && existsSync(file) ? readLines(file) : [];
  }

  changes(): readonly Change[] {
    return this.#changes;
  }

  /**
   * Stores, and records that it did. `store` may add the digest to the change; when it throws, nothing has changed.
   * A planned fault is thrown as an HTTPException: an app with an error handler of its own must send `getResponse()`.
   */
  async change<T>(
    c: AnyContext | null,
    what: Omit<Change, 'at'>,
    store: (change: Change) => T | Promise<T>,
  ): Promise<T> {
    const change: Change = { at: new Date().toISOString(), ...what };
    if ((await this.#reach('before-store', change)).includes('drop')) {
      outgoingOf(c)?.destroy();
      throw new HTTPException(503, { message: 'dropped before it was stored' });
    }
    await this.#faults.strike(c, change, 'before');

    const stored = await store(change);
    change.at = new Date().toISOString();
    this.#record(change);

    this.#whenAnswered(c, change);
    await this.#reach('after-store', change);
    await this.#faults.strike(c, change, 'after');
    if (!outgoingOf(c)) await this.#reach('answered', change);
    return stored;
  }

  onPoint(hook: Hook): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }

  /** Plans a fault; the function that comes back takes it away. */
  fault(fault: Fault): () => void {
    return this.#faults.plan(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Lets planned faults hit requests that change nothing; without an action a request is left alone. */
  faulty(server: string, actionOf: (c: AnyContext) => string | undefined): MiddlewareHandler {
    return async (c, next) => {
      const action = actionOf(c);
      if (action !== undefined) await this.#faults.strike(c, { server, action, target: c.req.path }, 'before');
      await next();
    };
  }

  #record(change: Change): void {
    this.#changes.push(change);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(change)}\n`);
  }

  #whenAnswered(c: AnyContext | null, change: Change): void {
    outgoingOf(c)?.once('finish', () => void this.#reach('answered', change));
  }

  async #reach(point: Point, change: Change): Promise<unknown[]> {
    const said: unknown[] = [];
    for (const hook of [...this.#hooks]) said.push(await hook(point, change));
    return said;
  }
}

function readLines(file: string): Change[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Change);
}
