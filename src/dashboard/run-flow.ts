import { html } from 'hono/html';
import type { RunPage } from '../api/for-pages.ts';
import type { Phase, Step } from '../domain/run/state.ts';
import { artifactPath, between, type Html, pill } from './words.ts';

const PHASES: readonly Phase[] = ['prepare', 'test', 'approve', 'release', 'publish', 'observe', 'close'];
const SHOWN_OPEN = ['running', 'waiting', 'blocked', 'failed'];

/** The procedure from left to right with the time that each phase took, and its steps below. */
export function flow({ view }: RunPage, now: Date): Html {
  const byPhase = PHASES.map((phase) => ({ phase, steps: view.steps.filter(({ id }) => id.startsWith(`${phase}.`)) }));
  const short = view.dryRun || view.testOnly || view.kind === 'rollback' || view.status === 'ended';
  const shown = byPhase.filter(({ phase, steps }) => steps.length > 0 || phase === view.phase || !short);
  return html`<h2>Phases</h2>
<ol class="flow">${shown.map(({ phase, steps }) => {
    const { word, tone } = standing(phase, steps);
    return html`<li class="${tone}"${phase === view.phase && view.status !== 'ended' ? html` aria-current="step"` : ''}><a href="#phase-${phase}"><b>${phase}</b> <span>${word}</span> <span class="took">${took(steps)}</span></a></li>`;
  })}</ol>
${shown.map(({ phase, steps }) => (steps.length === 0 ? html`<span id="phase-${phase}"></span>` : chapter(phase, steps)))}`;

  function standing(phase: Phase, steps: readonly Step[]): { word: string; tone: string } {
    const has = (...statuses: string[]) => steps.some(({ status }) => statuses.includes(status));
    if (has('blocked')) return { word: 'blocked', tone: 'bad' };
    if (has('failed')) return { word: 'failed', tone: 'bad' };
    if (has('waiting')) return { word: 'waiting', tone: 'warn' };
    if (has('running') || (phase === view.phase && view.status !== 'ended')) return { word: 'running', tone: 'now' };
    if (steps.length > 0) return { word: 'done', tone: 'good' };
    const passed = PHASES.indexOf(phase) < PHASES.indexOf(view.phase);
    return { word: passed ? 'nothing to do' : 'to come', tone: 'calm' };
  }

  function took(steps: readonly Step[]): string {
    const [first] = steps.map(({ startedAt }) => startedAt).toSorted();
    const last = steps
      .map(({ endedAt }) => endedAt ?? now.toISOString())
      .toSorted()
      .at(-1);
    return first === undefined || last === undefined ? '' : between(first, last);
  }

  function chapter(phase: Phase, steps: readonly Step[]): Html {
    const open = steps.some(({ status }) => SHOWN_OPEN.includes(status)) || phase === view.phase;
    return html`<details class="phase" id="phase-${phase}"${open ? html` open` : ''}><summary>${phase}: ${steps.length === 1 ? '1 step' : `${steps.length} steps`}</summary>
<ol class="steps">${steps.map(step)}</ol></details>`;
  }

  function step(one: Step): Html {
    const { id, title, status, attempt, startedAt, endedAt, summary, problem } = one;
    const time =
      endedAt === undefined && status !== 'running' && status !== 'waiting'
        ? ''
        : between(startedAt, endedAt ?? now.toISOString());
    return html`<li><span class="step"><b>${title}</b> <code>${id}</code>${attempt > 1 ? html` <span class="attempt">attempt ${attempt}</span>` : ''}</span>
${pill(status)} <span class="took">${time}</span>
${summary === '' ? '' : html`<span class="summary">${summary}</span>`}
${evidence(one)}${problem === undefined || status === 'blocked' ? '' : html`<span class="summary">${problem.remedy}</span>`}</li>`;
  }

  function evidence({ evidence: all, problem }: Step): Html {
    const links = all.flatMap(({ name, url, artifact }) => {
      const target = url ?? (artifact && artifactPath(view, artifact.digest));
      return target === undefined || !/^(https?:\/)?\//.test(target) ? [] : [html`<a href="${target}">${name}</a> `];
    });
    const log =
      problem?.log === undefined ? '' : html`<a href="${artifactPath(view, problem.log)}">log of the failure</a>`;
    return links.length === 0 && log === '' ? html`` : html`<span class="evidence">${links}${log}</span>`;
  }
}
