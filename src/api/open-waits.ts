import type { OpenRun, OpenWait } from '../domain/figures/open-runs.ts';
import type { RunSummary, Runs } from './runs-port.ts';

/** Runs whose waits have changed are asked for them, so many a count; the others are asked next time. */
const ASKED_AT_ONCE = 40;
const SIDE_BY_SIDE = 8;
const ANSWER_WITHIN_MS = 1_000;

interface Kept {
  readonly names: string;
  readonly waits: readonly OpenWait[];
  /** A worker has told them; else only the names and when they were first seen are known. */
  readonly told: boolean;
}

/** Since when each open run waits for whom. Lists tell the names alone, so a run is asked once for each change of its names. */
export class OpenWaits {
  readonly #runs: Pick<Runs, 'state'>;
  #kept = new Map<string, Kept>();

  constructor(runs: Pick<Runs, 'state'>) {
    this.#runs = runs;
  }

  async of(open: readonly RunSummary[], now: Date): Promise<OpenRun[]> {
    const names = (run: RunSummary) => `${run.phase} ${run.waitingFor.join()}`;
    const since = now.toISOString();
    const kept = new Map<string, Kept>();
    for (const run of open.filter(({ waitingFor }) => waitingFor.length > 0)) {
      const known = this.#kept.get(run.runId);
      const unknown = [{ kind: 'unknown' as const, for: run.waitingFor, since }];
      kept.set(run.runId, known?.names === names(run) ? known : { names: names(run), waits: unknown, told: false });
    }
    this.#kept = kept;
    const asked = open.filter(({ runId }) => kept.get(runId)?.told === false).slice(0, ASKED_AT_ONCE);
    for (let at = 0; at < asked.length; at += SIDE_BY_SIDE)
      await Promise.all(asked.slice(at, at + SIDE_BY_SIDE).map((run) => this.#ask(run, names(run))));
    return open.map(({ project, kind, status, runId }) => ({
      ...{ project, kind, status },
      waits: kept.get(runId)?.waits ?? [],
    }));
  }

  async #ask({ id, runId }: RunSummary, names: string): Promise<void> {
    const state = await this.#runs.state({ id, runId }, ANSWER_WITHIN_MS).catch(() => 'silent' as const); // asked again next time
    if (typeof state === 'string') return;
    const waits = state.waitingFor.map(({ kind, for: wanted, since }) => ({ kind, for: wanted, since }));
    this.#kept.set(runId, { names, waits, told: true });
  }
}
