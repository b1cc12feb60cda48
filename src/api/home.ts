import type { KnownPerson } from '../config/directory.ts';
import { possibleFor, type Task, tasksIn } from '../domain/run/possible.ts';
import type { ApiDeps } from './deps.ts';
import type { RunSummary } from './runs-port.ts';

const OPEN_RUNS = 100;
const ASKED_AT_ONCE = 10;
/** For one run, and for all of them: a page is not to wait for a worker that is away as often as there are runs. */
const WORKER_ANSWERS_WITHIN_MS = 3_000;
const ALL_ANSWER_WITHIN_MS = 5_000;

/** What a person sees first: what waits for them, the longest first, then all that is open. */
export interface Home {
  readonly tasks: readonly (Task & { readonly run: RunSummary })[];
  /** Runs that wait or are blocked and whose worker did not say for whom. */
  readonly silent: readonly RunSummary[];
  readonly open: readonly RunSummary[];
  /** There are more open runs than are looked through. */
  readonly more: boolean;
}

export function createHome({ runs, directory }: ApiDeps) {
  return async ({ login }: KnownPerson): Promise<Home> => {
    const page = await runs.list({ openOnly: true, size: OPEN_RUNS });
    const waiting = page.runs.filter(({ status, waitingFor }) => status !== 'running' || waitingFor.length > 0);
    const until = Date.now() + ALL_ANSWER_WITHIN_MS;
    const asked = await inBatches(waiting, ASKED_AT_ONCE, async (run) => {
      const withinMs = Math.min(WORKER_ANSWERS_WITHIN_MS, until - Date.now());
      const state = withinMs <= 0 ? 'silent' : await runs.state({ id: run.id, runId: run.runId }, withinMs);
      if (typeof state === 'string') return { run, tasks: undefined };
      const roles = (await directory.person(login, run.project))?.roles ?? [];
      return { run, tasks: tasksIn(state, possibleFor(state, login, roles)) };
    });
    return {
      tasks: asked
        .flatMap(({ run, tasks = [] }) => tasks.map((task) => ({ ...task, run })))
        .toSorted((a, b) => a.since.localeCompare(b.since)),
      silent: asked.filter(({ tasks }) => tasks === undefined).map(({ run }) => run),
      open: page.runs,
      more: page.next !== undefined,
    };
  };
}

async function inBatches<T, R>(all: readonly T[], size: number, ask: (one: T) => Promise<R>): Promise<R[]> {
  const found: R[] = [];
  for (let at = 0; at < all.length; at += size) {
    found.push(...(await Promise.all(all.slice(at, at + size).map(ask))));
  }
  return found;
}
