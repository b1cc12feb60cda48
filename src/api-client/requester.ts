import { ApiProblem, Unreachable } from './problem.ts';

export interface ClientOptions {
  /** Where the service is, such as https://slipway.example.com. */
  readonly url: string;
  readonly token: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface Asked {
  readonly query?: object | undefined;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

const TRIES = 3;
const PAUSE_MS = 300;

export type Request = (method: 'GET' | 'POST' | 'PUT', path: string, asked?: Asked) => Promise<Response>;

/** Requests with a token. One whose answer is lost is sent again: what changes something has a key that makes it count once. */
export function requester({ url, token, fetch: send = fetch }: ClientOptions): Request {
  const base = url.replace(/\/+$/, '');
  return async (method, path, { query = {}, body, headers = {}, signal } = {}) => {
    const search = new URLSearchParams(Object.entries(query).flatMap(([key, value]) => pair(key, value))).toString();
    const init: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, application/problem+json;q=0.9, */*;q=0.5',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await send(`${base}${path}${search === '' ? '' : `?${search}`}`, init);
        if (answer.ok) return answer;
        throw await ApiProblem.of(answer);
      } catch (error) {
        if (error instanceof ApiProblem || signal?.aborted) throw error;
        if (attempt >= TRIES) throw new Unreachable(`nothing answers at ${base}: ${whyOf(error)}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
      }
    }
  };
}

function pair(key: string, value: unknown): [string, string][] {
  return value === undefined ? [] : [[key, String(value)]];
}

function whyOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== '' ? cause.message : String((error as Error).message ?? error);
}
