import { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { readRun } from './read-run.ts';
import { executionOf } from './run-id.ts';
import type { RunWatch, RunWatches, Seen } from './run-watches.ts';

export interface Streaming {
  /** What is sent where nothing happens, so that nobody between takes the line for dead. */
  readonly heartbeatMs: number;
  /** Then the listener comes back with what it has, and is asked anew who it is. */
  readonly lastsMs: number;
  readonly perPerson: number;
  /** After a line was lost. */
  readonly comeBackMs: number;
}

const STREAMING: Streaming = { heartbeatMs: 15_000, lastsMs: 10 * 60_000, perPerson: 20, comeBackMs: 2_000 };

/** A run, live: each event is the whole run, so that whoever missed some has missed nothing. */
export function runEventRoutes(deps: ApiDeps, watches: RunWatches) {
  const streaming = { ...STREAMING, ...deps.streaming };
  const places = new Places(streaming.perPerson);
  return new Hono<Caller>().get('/v1/runs/:id/events', async (c) => {
    const execution = executionOf(c);
    const { login } = await allow(deps.directory, c.var.person, { act: 'look', project: execution.project });
    const free = places.take(login);
    const { view } = await readRun(deps, execution).catch((error: unknown) => {
      free();
      throw error;
    });
    const { watch, leave } = watches.join(view);
    const done = () => {
      leave();
      free();
    };
    const known = c.req.header('last-event-id');
    if (known !== undefined && known === endOf(watch.latest)) {
      done();
      return c.body(null, 204); // which tells a browser not to come back
    }
    c.header('x-accel-buffering', 'no');
    return streamSSE(c, (stream) => tell(stream, watch, { known, ...streaming }).finally(done));
  });
}

/** How many lines each person holds. */
class Places {
  readonly #taken = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  take(login: string): () => void {
    const taken = this.#taken.get(login) ?? 0;
    if (taken >= this.#most) {
      throw new RequestProblem('too-many-listeners', `${login} follows ${taken} runs at once already`);
    }
    this.#taken.set(login, taken + 1);
    return () => {
      const left = (this.#taken.get(login) ?? 1) - 1;
      if (left > 0) this.#taken.set(login, left);
      else this.#taken.delete(login);
    };
  }
}

async function tell(
  stream: SSEStreamingApi,
  watch: RunWatch,
  { known, heartbeatMs, lastsMs, comeBackMs }: Streaming & { known: string | undefined },
): Promise<void> {
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  const until = Date.now() + lastsMs;
  let has = known;
  let silent = false;
  await stream.write(`retry: ${comeBackMs}\n\n`);
  while (!gone.signal.aborted && !watch.over && Date.now() < until) {
    const soon = AbortSignal.timeout(Math.max(1, Math.min(heartbeatMs, until - Date.now())));
    const seen = await watch.next(has, AbortSignal.any([gone.signal, soon]));
    if (seen) await stream.writeSSE({ event: 'state', id: seen.revision, data: JSON.stringify(seen.view) });
    else await stream.write(': still here\n\n');
    has = seen?.revision ?? has;
    if (watch.latest.view.status === 'ended' && watch.latest.revision === has) return end(stream, watch.latest);
    if (seen && !seen.view.live && !silent) await stream.writeSSE({ event: 'silent', data: '{"live":false}' });
    if (seen) silent = !seen.view.live;
  }
}

async function end(stream: SSEStreamingApi, seen: Seen): Promise<void> {
  const { outcome = null } = seen.view;
  await stream.writeSSE({ event: 'end', id: endOf(seen) ?? '', data: JSON.stringify({ outcome }) });
}

/** The id of the last event of all. */
function endOf({ view, revision }: Seen): string | undefined {
  return view.status === 'ended' ? `${revision}.end` : undefined;
}
