import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive } from '../activities/ports.ts';
import type { Log } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { lookAgain } from './read-run.ts';
import type { RunView } from './run-view.ts';
import type { Runs } from './runs-port.ts';

/** A run as it was seen; the revision names just this content, so that whoever has it needs it no more. */
export interface Seen {
  readonly view: RunView;
  readonly revision: string;
}

/** How often a watched run is looked at: each look is work for its worker, so one that does not change is left alone for longer. */
export interface Pace {
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Sources {
  readonly runs: Runs;
  readonly archive: Archive;
  readonly log: Log;
}

/** One look at a run for all who follow it, for as long as somebody does. */
export class RunWatches {
  readonly #watches = new Map<string, RunWatch>();
  readonly #sources: Sources;
  readonly #pace: Pace;

  constructor(sources: Sources, pace: Pace = { firstMs: 1_000, lastMs: 5_000 }) {
    this.#sources = sources;
    this.#pace = pace;
  }

  /** `view`: the run as it was read just now. Whoever joins leaves. */
  join(view: RunView): { watch: RunWatch; leave: () => void } {
    const key = `${view.id} ${view.runId}`;
    const watch = this.#watches.get(key) ?? new RunWatch(view, this.#sources, this.#pace);
    this.#watches.set(key, watch);
    watch.take(view);
    watch.listeners += 1;
    const leave = () => {
      watch.listeners -= 1;
      if (watch.listeners > 0) return;
      watch.end();
      this.#watches.delete(key);
    };
    return { watch, leave };
  }

  /** Who follows a run live just now. */
  get listeners(): number {
    return [...this.#watches.values()].reduce((sum, { listeners }) => sum + listeners, 0);
  }

  get size(): number {
    return this.#watches.size;
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.end();
  }
}

export class RunWatch {
  listeners = 0;
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #over = new AbortController();
  readonly #sources: Sources;
  readonly #pace: Pace;
  #latest: Seen;
  /** The newest that a worker told: the archive's record may be older. */
  #told: RunView | undefined;

  constructor(view: RunView, sources: Sources, pace: Pace) {
    this.#sources = sources;
    this.#pace = pace;
    this.#latest = seen(view);
    this.#keepLooking().catch((error: unknown) => sources.log.error({ err: error, run: view.id }, 'a watch broke'));
  }

  get over(): boolean {
    return this.#over.signal.aborted;
  }

  end(): void {
    this.#over.abort();
    this.#news.emit('seen');
  }

  get latest(): Seen {
    return this.#latest;
  }

  /** The run as it is, where that is not what is known already; undefined where nothing came until the signal. */
  async next(known: string | undefined, signal: AbortSignal): Promise<Seen | undefined> {
    if (this.#latest.revision === known && !this.over && !signal.aborted) {
      await once(this.#news, 'seen', { signal }).catch(onlyTimeIsUp);
    }
    return this.#latest.revision === known ? undefined : this.#latest;
  }

  take(view: RunView): void {
    if (view.live) this.#told = view;
    const before = this.#latest.revision;
    this.#latest = seen(view.live || view.outcome || !this.#told ? view : silenced(this.#told, view));
    if (this.#latest.revision !== before) this.#news.emit('seen');
  }

  async #keepLooking(): Promise<void> {
    for (let pause = this.#pace.firstMs; this.#latest.view.status !== 'ended'; ) {
      await sleep(pause, undefined, { signal: this.#over.signal, ref: false }).catch(() => undefined); // it is over
      if (this.over) return;
      const before = this.#latest.revision;
      this.take(await this.#look());
      pause = this.#latest.revision === before ? Math.min(pause * 1.5, this.#pace.lastMs) : this.#pace.firstMs;
    }
  }

  /** Nobody answers for now: the run is as it was, and looked at again. */
  async #look(): Promise<RunView> {
    const { view } = this.#latest;
    try {
      return (await lookAgain(this.#sources, view)).view;
    } catch (error) {
      if (!(error instanceof RequestProblem)) {
        this.#sources.log.warn({ err: error, run: view.id }, 'a run that is followed could not be read');
      }
      return { ...view, live: false };
    }
  }
}

function seen(view: RunView): Seen {
  return { view, revision: createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, 24) };
}

function silenced(told: RunView, { status }: RunView): RunView {
  return { ...told, status, live: false };
}

function onlyTimeIsUp(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
