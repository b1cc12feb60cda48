import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** One request to a sandbox server, as far as faults and changes are concerned. */
export interface Request {
  server: string;
  action: string;
  target: string;
}

/** What goes wrong: every matching request, `times` times or until it is taken away. */
export interface Fault {
  server: string;
  action?: string;
  /** A string must be the whole target. */
  target?: RegExp | string;
  /** `after`: the change is stored, only its answer is lost. */
  when: 'before' | 'after';
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
  /** No answer at all, until the client gives up or the server closes. */
  hang?: boolean;
  times?: number;
}

export type Env = { Bindings: HttpBindings };
// biome-ignore lint/suspicious/noExplicitAny: any server's context will do
export type AnyContext = Context<any>;

interface Planned extends Fault {
  left: number;
}

/** The faults that are planned; `strike` throws the answer that hono's error handling then sends. */
export class Faults {
  #planned: Planned[] = [];

  plan(fault: Fault): () => void {
    const planned = { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#planned.push(planned);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== planned);
    };
  }

  clear(): void {
    this.#planned = [];
  }

  async strike(c: AnyContext | null, request: Request, when: Fault['when']): Promise<void> {
    const fault = this.#planned.find((each) => each.left > 0 && each.when === when && matches(each, request));
    if (!fault) return;
    fault.left -= 1;
    if (fault.hang) await clientGone(c);
    throw answer(fault);
  }
}

function matches(fault: Fault, request: Request): boolean {
  if (fault.server !== request.server) return false;
  if (fault.action !== undefined && fault.action !== request.action) return false;
  if (fault.target === undefined) return true;
  return typeof fault.target === 'string' ? fault.target === request.target : fault.target.test(request.target);
}

function answer({ status = 503, headers, body = 'planned fault' }: Fault): HTTPException {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  const res = new Response(text, { status, headers: { 'content-type': type, ...headers } });
  return new HTTPException(status as ContentfulStatusCode, { res, message: `planned fault: ${status}` });
}

async function clientGone(c: AnyContext | null): Promise<void> {
  const outgoing = outgoingOf(c);
  if (!outgoing || outgoing.destroyed) return;
  await new Promise<void>((resolve) => outgoing.once('close', () => resolve()));
}

/** Node's response, or nothing when the app was called without a socket. */
export function outgoingOf(c: AnyContext | null): HttpBindings['outgoing'] | undefined {
  return (c?.env as Partial<HttpBindings> | undefined)?.outgoing;
}
