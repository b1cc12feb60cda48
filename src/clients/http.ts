import { Problem, type ProblemCode } from '../domain/problem.ts';
import { observedRequest } from './observed.ts';

export interface Exchange {
  /** What a time-out, a lost connection and a 5xx are called. */
  readonly unreachable: ProblemCode;
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** One request and its whole answer; nothing is repeated, no redirect with a credential is followed. */
export async function send(url: string, request: RequestInit, exchange: Exchange): Promise<Answer> {
  const limit = AbortSignal.timeout(exchange.seconds * 1000);
  const signal = exchange.signal ? AbortSignal.any([exchange.signal, limit]) : limit;
  const asked = { system: systemOf(exchange.unreachable), method: request.method ?? 'GET', host: hostOf(url) };
  try {
    const { response, bytes } = await observedRequest(
      asked,
      async () => {
        const response = await fetch(url, { redirect: 'manual', ...request, signal });
        return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
      },
      ({ response: { status } }) => status,
    );
    const { status, statusText: reason, headers } = response;
    return {
      ...{ url, status, reason, headers, bytes },
      // Files are read by their bytes alone.
      get text() {
        return new TextDecoder().decode(bytes);
      },
    };
  } catch (error) {
    exchange.signal?.throwIfAborted();
    if (limit.aborted) {
      throw new Problem(exchange.unreachable, `${hostOf(url)} did not answer within ${exchange.seconds} s`);
    }
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(exchange.unreachable, `${hostOf(url)} could not be reached: ${rootOf(error)}`, { cause: error });
  }
}

/** Seconds that a server asks us to wait, from either form of the header. */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** `index-unreachable` is what is said of an index. */
function systemOf(unreachable: ProblemCode): string {
  return unreachable.replace(/-unreachable$/, '');
}

/** undici says "fetch failed" and hides why in the cause. */
function rootOf(error: Error): string {
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.message || cause?.code || error.message;
}
