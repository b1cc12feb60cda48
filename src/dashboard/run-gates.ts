import { html } from 'hono/html';
import type { RunPage } from '../api/for-pages.ts';
import type { Gate } from '../domain/project.ts';
import type { Evidence, Step } from '../domain/run/state.ts';
import { changeBar, partsBar, percentBar } from './charts.ts';
import { type Html, pill } from './words.ts';

const PREFIX = 'test.gate.';
const HELD = 'isolation';

/** What the gates measured, each number beside what it must reach. */
export function gates({ view, state }: RunPage): Html {
  const steps = view.steps.filter(({ id }) => id.startsWith(PREFIX));
  if (steps.length === 0) return html`<section id="gates" data-live></section>`;
  const rules = state?.frozen?.project.gates ?? [];
  return html`<section id="gates" data-live aria-labelledby="gates-title"><h2 id="gates-title">Gates</h2>
<div class="scroll" role="region" aria-label="Table of gates" tabindex="0"><table>
<thead><tr><th scope="col">Gate</th><th scope="col">Status</th><th scope="col">Measured</th></tr></thead>
<tbody>${steps.map((step) => {
    const name = step.id.slice(PREFIX.length);
    return html`<tr><th scope="row">${name}</th><td>${pill(step.status)}</td><td>${measured(
      step,
      rules.find((gate) => gate.name === name),
    )}</td></tr>`;
  })}</tbody></table></div>${heldNote(steps)}</section>`;
}

/** In what the project's code ran, once where it was the same for all. */
function heldNote(steps: readonly Step[]): Html {
  const ways = new Set(
    steps.flatMap(({ evidence }) => evidence.flatMap((one) => (one.name === HELD ? [one.value] : []))),
  );
  return ways.size === 0 ? html`` : html`<p class="note">The project's commands ran in: ${[...ways].join('; ')}.</p>`;
}

function measured(step: Step, gate: Gate | undefined): Html {
  const numbers = step.evidence.filter(({ value, artifact }) => value !== undefined && artifact === undefined);
  const value = (name: string) => Number(numbers.find((one) => one.name === name)?.value ?? Number.NaN);
  const lines = [
    ...(Number.isNaN(value('tests')) ? [] : [tests(value('tests'), value('failures'), value('skipped'))]),
    ...(numbers.some(({ name }) => name.startsWith('findings ')) ? [findings(numbers)] : []),
    ...numbers.flatMap((one) => measure(one, gate)),
  ];
  const reached = numbers.find(({ name }) => name === 'limits reached');
  const all = reached === undefined ? lines : [...lines, line('limits reached', String(reached.value))];
  if (all.length > 0) return html`<dl class="measures">${all}</dl>`;
  return html`${step.summary}`;
}

function line(name: string, words: string, picture: unknown = ''): Html {
  return html`<div><dt>${name}</dt><dd>${picture} <span>${words}</span></dd></div>`;
}

function tests(all: number, failed: number, skipped: number): Html {
  const passed = Math.max(0, all - failed - skipped);
  const bar = partsBar([
    { name: 'passed', count: passed, tone: 'good' },
    { name: 'failed', count: failed, tone: 'bad' },
    { name: 'skipped', count: skipped, tone: 'unknown' },
  ]);
  return line('tests', `${passed} passed, ${failed} failed, ${skipped} skipped`, bar);
}

function findings(numbers: readonly Evidence[]): Html {
  const count = (severity: string) => Number(numbers.find(({ name }) => name === `findings ${severity}`)?.value ?? 0);
  const [high, medium, low] = [count('high'), count('medium'), count('low')];
  const bar = partsBar([
    { name: 'high', count: high, tone: 'bad' },
    { name: 'medium', count: medium, tone: 'warn' },
    { name: 'low', count: low, tone: 'calm' },
  ]);
  return line('findings', `${high} high, ${medium} medium, ${low} low`, bar);
}

const TOLD_ALREADY = /^(tests|failures|skipped|findings .*|isolation|limits reached)$/;

function measure({ name, value }: Evidence, gate: Gate | undefined): Html[] {
  if (TOLD_ALREADY.test(name)) return [];
  const [, sign, number] = /^([+-]?)([\d.]+) %$/.exec(String(value)) ?? [];
  if (number === undefined) return [line(name, String(value))];
  if (name.startsWith('coverage')) {
    const least =
      name === 'coverage' ? gate?.coverage?.overall : gate?.coverage?.paths[name.replace('coverage of ', '')];
    const words = least === undefined ? String(value) : `${value}, at least ${least} %`;
    return [line(name, words, percentBar(Number(number), least))];
  }
  if (sign === '') return [line(name, String(value))];
  const most = gate?.benchmark && 100 * gate.benchmark.maxSlower;
  const change = Number(`${sign}${number}`);
  return [line(name.split('::').at(-1) ?? name, `${value} against the last release`, changeBar(change, most))];
}
