import { setTimeout as sleep } from 'node:timers/promises';
import colours from 'picocolors';
import type { RunView } from '../api/run-view.ts';
import type { Phase, Step } from '../domain/run/state.ts';
import { type Api, Refused } from './api.ts';
import type { Display } from './display.ts';

/** Where something has just happened, more may follow: an answer to what it waits for, a short step. Each look is work for the worker. */
const LOOK_AGAIN_MS = { first: 50, last: 400 };
const PHASES: readonly Phase[] = ['prepare', 'test', 'approve', 'release', 'publish'];
const TOLD: Readonly<Partial<Record<Step['status'], string>>> = {
  done: colours.green('✓'),
  adopted: colours.green('='),
  skipped: colours.yellow('–'),
  failed: colours.red('✗'),
  blocked: colours.red('!'),
};

export interface Following {
  readonly api: Api;
  readonly run: { readonly id: string; readonly runId: string };
  readonly display: Display;
  /** Asked with every new look: people answer what the run waits for. True: leave the run as it stands. */
  readonly react: (run: RunView) => Promise<boolean>;
}

/** Shows a run step by step until it has ended, or until nobody can bring it further. */
export async function follow({ api, run, display, react }: Following): Promise<RunView> {
  const told = new Map<string, string>();
  const entered = new Set<string>();
  let before = '';
  let pause = LOOK_AGAIN_MS.last;
  for (;;) {
    const seen = await look(api, run);
    const shape = JSON.stringify([seen?.steps, seen?.waitingFor]);
    pause = shape === before ? Math.min(2 * pause, LOOK_AGAIN_MS.last) : LOOK_AGAIN_MS.first;
    before = shape;
    if (seen !== undefined) {
      for (const step of seen.steps) tell(step);
      if (seen.steps.some(({ id }) => id.startsWith(`${seen.phase}.`))) enter(seen.phase);
      display.status(now(seen));
      if (seen.status === 'ended' || (await react(seen))) {
        display.status('');
        return seen;
      }
    }
    await sleep(pause);
  }

  function enter(named: string): void {
    if (entered.has(named)) return;
    entered.add(named);
    display.heading(headingOf(named));
  }

  function tell(step: Step): void {
    const mark = TOLD[step.status];
    const key = `${step.status} ${step.attempt}`;
    if (mark === undefined || told.get(step.id) === key) return;
    told.set(step.id, key);
    enter(step.id.split('.')[0] ?? '');
    const seconds = step.endedAt === undefined ? '' : secondsBetween(step.startedAt, step.endedAt).toFixed(1);
    const summary = step.summary.replaceAll(/\s+/g, ' ').slice(0, 140);
    display.event(`${mark} ${step.id.padEnd(24)} ${colours.dim(`${seconds.padStart(5)} s`)}  ${summary}`);
  }
}

/** A moment without an answer (a worker that is started again) is no end. */
async function look(api: Api, run: Following['run']): Promise<RunView | undefined> {
  try {
    return await api.run(run);
  } catch (error) {
    if (error instanceof Refused && error.problem.status < 500) throw error;
    return undefined;
  }
}

function headingOf(phase: string): string {
  const next = PHASES[PHASES.indexOf(phase as Phase) + 1];
  const name = phase.charAt(0).toUpperCase() + phase.slice(1);
  return next === undefined || phase === 'close' ? name : `${name} ${colours.dim(`(next: ${next})`)}`;
}

/** What it does or waits for, and since when. */
function now({ steps, waitingFor }: RunView): string {
  const since = (time: string) => `${Math.round(secondsBetween(time, new Date().toISOString()))} s`;
  const running = steps
    .filter(({ status }) => status === 'running')
    .map(({ id, startedAt }) => `${id} (${since(startedAt)})`);
  const waits = waitingFor.map((one) => `waits for ${one.for.join(', ')} (${one.step}, ${since(one.since)})`);
  return [...running, ...waits].join('; ');
}

export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
