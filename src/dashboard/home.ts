import { html } from 'hono/html';
import type { Home } from '../api/home.ts';
import { runTable } from './runs.ts';
import { type Html, kindOf, lasting, plural, runPath } from './words.ts';

const KINDS: Readonly<Record<string, string>> = {
  'sign-off': 'Sign-off',
  check: 'Checklist',
  decision: 'Blocked step',
  watch: 'Window',
  fix: 'Fix',
  resume: 'Paused',
};

/** The first thing a person sees: what waits for them, then all that is open. */
export function homePage({ tasks, silent, open, more }: Home, now: Date): Html {
  return html`<h1>Waiting for me</h1>
<section id="tasks" data-live aria-label="What waits for me">
${tasks.length === 0 ? html`<p class="empty">Nothing waits for you${open.length > 0 ? ' now: the open runs go on, or wait for others' : ''}.</p>` : taskList(tasks, now)}
${silent.length === 0 ? '' : html`<p class="note warn">${plural(silent.length, 'run waits', 'runs wait')}, and no worker said for whom: ${silent.map((run) => html`<a href="${runPath(run)}">${run.id}</a> `)}</p>`}
</section>
<section id="open" data-live aria-labelledby="open-title">
<h2 id="open-title">Open runs</h2>
${open.length === 0 ? html`<p class="empty">No run is open. <a href="/start">Start a release</a>, or look at <a href="/runs">earlier runs</a>.</p>` : runTable(open, now)}
${more ? html`<p><a href="/runs">All runs</a></p>` : ''}
</section>`;
}

function taskList(tasks: Home['tasks'], now: Date): Html {
  return html`<ul class="tasks">${tasks.map(
    ({ kind, what, since: from, run }) => html`<li><a href="${runPath(run)}#answer">
<span class="kind">${KINDS[kind] ?? kind}</span>
<span class="what">${capital(what)}</span>
<span class="where">${kindOf(run)} of ${run.project} ${run.version}</span>
<span class="since">${lasting(from, now)}</span></a></li>`,
  )}</ul>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
