import type { z } from 'zod';
import type { endEvent, Run } from '../api/answers/run-answer.ts';
import { readEvents } from './events.ts';
import { ApiProblem, Unreachable } from './problem.ts';
import type { Request } from './requester.ts';

export type RunEvent =
  | { readonly event: 'state'; readonly id: string; readonly run: Run }
  /** No worker answers for now, or the service is away: the run is as it was told last. */
  | { readonly event: 'silent' }
  | { readonly event: 'end'; readonly outcome: z.output<typeof endEvent>['outcome'] };

interface Follow {
  readonly path: string;
  readonly query: object;
  readonly signal?: AbortSignal | undefined;
}

/** The server sends something at least every quarter of a minute. */
const QUIET_MS = 45_000;
const LONGEST_PAUSE_MS = 15_000;

/** A run until it ends, over however many connections. The first one must succeed; later ones are tried until they do. */
export async function* followEvents(request: Request, { path, query, signal }: Follow): AsyncGenerator<RunEvent> {
  let last: string | undefined;
  let retryMs = 1_000;
  for (let failed = 0; !signal?.aborted; ) {
    try {
      const headers = { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) };
      const answer = await request('GET', path, { query, headers, signal });
      if (answer.status === 204 || !answer.body) return;
      failed = 0;
      for await (const one of readEvents(answer.body, { quietMs: QUIET_MS })) {
        retryMs = one.retryMs ?? retryMs;
        last = one.id === '' ? last : one.id;
        if (one.event === 'state') yield { event: 'state', id: one.id, run: JSON.parse(one.data) as Run };
        if (one.event === 'silent') yield { event: 'silent' };
        if (one.event === 'end') {
          yield { event: 'end', outcome: (JSON.parse(one.data) as z.output<typeof endEvent>).outcome };
          return;
        }
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (last === undefined || !mayPass(error)) throw error;
      if (failed === 0) yield { event: 'silent' };
      failed += 1;
    }
    await pause(Math.min(retryMs * (failed + 1), LONGEST_PAUSE_MS), signal);
  }
}

/** A service that is started again, a network that is away, too much at once. */
function mayPass(error: unknown): boolean {
  if (error instanceof ApiProblem) return error.status === 429 || error.status >= 500;
  return error instanceof Unreachable || error instanceof TypeError || (error as Error).name === 'AbortError';
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
