import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { RunView } from '../api/run-view.ts';
import type { ProblemNote } from '../domain/problem.ts';
import type { Places } from '../sandbox/places.ts';
import type { Display } from './display.ts';
import { shown } from './shown.ts';

const LAST_LINES = 12;

/** Why there is no release, what to do about it, and where to read on. */
export function tellTrouble(run: RunView, places: Places, display: Display): void {
  display.heading(`Not released: ${run.outcome ?? run.status}${run.ending ? `, ${run.ending}` : ''}`);
  for (const { id, attempt, status, problem } of run.steps) {
    if (problem === undefined || (status !== 'blocked' && status !== 'failed')) continue;
    display.line(`  ${id} (attempt ${attempt}): ${problem.message}`);
    for (const fault of problem.faults ?? []) display.line(`    - ${fault}`);
    display.line(`    ${problem.remedy}`);
    tellLog(problem, places, display);
  }
  for (const { signal, by, reason } of run.refusals) display.line(`  refused: ${signal} of ${by}: ${reason}`);
  display.line(`  logs of the processes: ${shown(places.logs)}`);
}

/** The log is in the artifact store, which is still there when the sandbox has ended. */
function tellLog({ log }: ProblemNote, { service }: Places, display: Display): void {
  const hex = log?.replace('sha256:', '');
  if (hex === undefined) return;
  const file = join(service, 'artifacts', hex.slice(0, 2), hex.slice(2));
  const lines = stripVTControlCharacters(readFileSync(file, 'utf8')).trimEnd().split('\n');
  display.line(`    its log, which ends so: ${shown(file)}`);
  for (const line of lines.slice(-LAST_LINES)) display.line(`      | ${line}`);
}
