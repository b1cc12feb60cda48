import type { Log } from './deps.ts';
import type { Execution, Runs } from './runs-port.ts';

const AT_MOST_EVERY_MS = 60_000;

/**
 * Wakes a run at once, and then at most once a minute: what comes in between is one wake at the end of that minute, so that
 * the last of many events is not the one that is missed.
 */
export class Wakes {
  readonly #runs: Pick<Runs, 'wake'>;
  readonly #log: Log;
  readonly #last = new Map<string, number>();
  readonly #pending = new Map<string, NodeJS.Timeout>();

  constructor(runs: Pick<Runs, 'wake'>, log: Log) {
    this.#runs = runs;
    this.#log = log;
  }

  async wake(execution: Execution & { runId: string }, reason: string): Promise<void> {
    const { runId } = execution;
    if (this.#pending.has(runId)) return;
    const wait = (this.#last.get(runId) ?? 0) + AT_MOST_EVERY_MS - Date.now();
    if (wait <= 0) return this.#send(execution, reason);
    const timer = setTimeout(() => {
      this.#pending.delete(runId);
      this.#send(execution, reason).catch((error: unknown) => {
        this.#log.warn({ err: error, runId }, 'a run could not be woken: it looks by itself later');
      });
    }, wait);
    this.#pending.set(runId, timer.unref());
  }

  close(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  async #send({ id, runId }: Execution & { runId: string }, reason: string): Promise<void> {
    for (const [known, at] of this.#last) if (Date.now() - at > AT_MOST_EVERY_MS) this.#last.delete(known);
    this.#last.set(runId, Date.now());
    await this.#runs.wake({ id, runId }, reason);
  }
}
