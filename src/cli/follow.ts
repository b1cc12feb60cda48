import colours from 'picocolors';
import type { Run, SlipwayClient } from '../api-client/client.ts';
import { EXIT } from './exit.ts';
import { isGood, painted, runText, stepLine, waitLines } from './run-text.ts';

interface Followed {
  readonly id: string;
  readonly run?: string;
}

/** Tells a run as it goes, until it ends; the exit status says how. */
export async function follow(
  service: SlipwayClient,
  { id, ...query }: Followed,
  { json = false }: { json?: boolean },
): Promise<void> {
  const told = new Told();
  for await (const event of service.followRun(id, query)) {
    if (event.event === 'state') print(json ? `${JSON.stringify(event.run)}\n` : told.news(event.run));
    if (event.event === 'silent' && !json) print(`${colours.dim('No worker answers for now; still listening.')}\n`);
    if (event.event === 'end') process.exitCode = isGood(event.outcome) ? EXIT.done : EXIT.refused;
  }
}

/** What of a run was told already. */
class Told {
  readonly #steps = new Map<string, string>();
  #waits = '';
  #first = true;

  news(run: Run): string {
    if (this.#first) return this.#begin(run);
    const steps = run.steps.filter(
      (step) => this.#isNews(step) && step.status !== 'running' && step.status !== 'waiting',
    );
    const waits = JSON.stringify(run.waitingFor);
    const waitsNow = waits === this.#waits ? [] : waitLines(run);
    this.#waits = waits;
    const end = run.status === 'ended' ? [`${run.id}  ${painted(run, run.outcome ?? 'ended')}`] : [];
    return [...steps.map(stepLine), ...waitsNow, ...end].map((line) => `${line}\n`).join('');
  }

  #begin(run: Run): string {
    this.#first = false;
    this.#waits = JSON.stringify(run.waitingFor);
    for (const step of run.steps) this.#isNews(step);
    return runText(run);
  }

  #isNews({ id, status, attempt }: Run['steps'][number]): boolean {
    const now = `${status} ${attempt}`;
    if (this.#steps.get(id) === now) return false;
    this.#steps.set(id, now);
    return true;
  }
}

function print(text: string): void {
  process.stdout.write(text);
}
