import type { MetricReads } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';
import { hostOf } from './http.ts';
import { observedRequest } from './observed.ts';
import { scrub, secretForms } from './scrub.ts';

interface Options {
  readonly cancellation?: () => AbortSignal | undefined;
  readonly seconds?: number;
}

const LARGEST = 1024 * 1024;
const MOST_REDIRECTS = 3;

/** Reads JSON from whoever keeps numbers: one GET in a limited time and size, redirects within the same origin alone. */
export function createMetrics({ cancellation, seconds = 15 }: Options = {}): MetricReads {
  return {
    async json(url, { secret } = {}) {
      const limit = AbortSignal.timeout(seconds * 1000);
      const cancelled = cancellation?.();
      const signal = cancelled ? AbortSignal.any([cancelled, limit]) : limit;
      try {
        const text = await bodyOf(await answerOf(url, headersOf(secret), signal));
        // A source that repeats what it was sent must not bring it into a reading.
        return parsed(url, scrub(text, secretForms([secret ?? ''])));
      } catch (error) {
        cancelled?.throwIfAborted();
        const host = hostOf(url);
        if (limit.aborted) throw new Problem('metric-unreachable', `${host} did not answer within ${seconds} s`);
        if (error instanceof TypeError) {
          const why = (error.cause as Error | undefined)?.message ?? error.message;
          throw new Problem('metric-unreachable', `${host}: ${why}`, { cause: error });
        }
        throw error;
      }
    },
  };
}

/** A whole header line as `X-Api-Key: …`, else a bearer token. */
function headersOf(secret: string | undefined): Record<string, string> {
  const accept = { accept: 'application/json', 'user-agent': 'slipway' };
  if (secret === undefined) return accept;
  const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*): *(.+)$/.exec(secret) ?? [];
  return { ...accept, [name ?? 'authorization']: value ?? `Bearer ${secret}` };
}

async function answerOf(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  const { origin, protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Problem('metric-unreadable', `${protocol} is not http`);
  let at = url;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const answer = await observedRequest(
      { system: 'metric', method: 'GET', host: hostOf(at) },
      () => fetch(at, { headers, signal, redirect: 'manual' }),
      ({ status }) => status,
    );
    if (answer.status < 300 || answer.status >= 400) {
      if (answer.status === 200) return answer;
      await answer.body?.cancel();
      const code = answer.status === 429 || answer.status >= 500 ? 'metric-unreachable' : 'metric-unreadable';
      throw new Problem(code, `${hostOf(url)} answered ${answer.status}`);
    }
    await answer.body?.cancel();
    const next = new URL(answer.headers.get('location') ?? '', at);
    if (next.origin !== origin) throw new Problem('metric-unreadable', `${hostOf(url)} leads to ${next.host}`);
    at = next.href;
  }
  throw new Problem('metric-unreadable', `${hostOf(url)} leads from one address to the next`);
}

async function bodyOf(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST)
      throw new Problem('metric-unreadable', `${hostOf(answer.url)} answered more than ${LARGEST} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function parsed(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem('metric-unreadable', `${hostOf(url)} answered no JSON: ${JSON.stringify(text.slice(0, 60))}`);
  }
}
