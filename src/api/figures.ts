import { figuresOfOpen, type OpenRun } from '../domain/figures/open-runs.ts';
import { figuresOfPast, type PastRun } from '../domain/figures/past-runs.ts';
import type { ApiDeps } from './deps.ts';
import { OpenWaits } from './open-waits.ts';
import type { RunSummary } from './runs-port.ts';

const FRESH_MS = 15_000;
/** Every record is read for them. */
const PAST_FRESH_MS = 300_000;
/** A scrape waits so long for what is being counted, then it shows what was counted before. */
const WAITED_FOR_MS = 2_000;
const PAGE = 500;
const MOST_PAGES = 40;

/** Figures of releases, counted now and then, never for each scrape: at most one count is under way. */
export function createFigures(deps: ApiDeps) {
  const { runs, archive, directory, measures, log, now = () => new Date() } = deps;
  const waits = new OpenWaits(runs);
  let counting: Promise<void> | undefined;
  let countedAt = Number.NEGATIVE_INFINITY;
  let past: { at: number; runs: readonly PastRun[] } = { at: Number.NEGATIVE_INFINITY, runs: [] };

  async function openRuns(): Promise<OpenRun[]> {
    const open: RunSummary[] = [];
    let after: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const found = await runs.list({ openOnly: true, size: PAGE, after });
      open.push(...found.runs);
      after = found.next;
      if (after === undefined) break;
    }
    return waits.of(
      open.filter(({ id }) => !id.startsWith('plan:')),
      now(),
    );
  }

  async function count(): Promise<void> {
    const at = now();
    const [names, open] = await Promise.all([directory.projects(), openRuns()]);
    if (at.getTime() - past.at >= PAST_FRESH_MS) {
      past = { at: at.getTime(), runs: (await archive.runs()) as unknown as PastRun[] };
    }
    const known = new Set(names);
    const time = at.toISOString();
    measures.figures([...figuresOfOpen(open, known, time), ...figuresOfPast(past.runs, known, time)], at.getTime());
    countedAt = at.getTime();
  }

  return {
    /** Returns when the figures are new enough, or when that takes too long. */
    async refreshed(): Promise<void> {
      if (now().getTime() - countedAt < FRESH_MS) return;
      counting ??= count()
        .catch((err: unknown) => {
          measures.figuresFailed();
          log.warn({ err }, 'the figures of releases could not be counted: those from before are shown');
        })
        .finally(() => {
          counting = undefined;
        });
      await Promise.race([counting, waited()]);
    },
  };
}

function waited(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WAITED_FOR_MS).unref());
}
