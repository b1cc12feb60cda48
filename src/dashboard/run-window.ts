import { html } from 'hono/html';
import type { RunPage } from '../api/for-pages.ts';
import { readingsChart } from './charts.ts';
import { at, duration, type Html, pill, since } from './words.ts';

/** The readings since the release was published, as charts; breaches and answers below. */
export function windowOf({ view }: RunPage, now: Date): Html {
  const { window } = view;
  if (!window) return html`<section id="window" data-live></section>`;
  const { probes, breaches, answers, verdict, summary, length, endsAt, startedAt } = window;
  return html`<section id="window" data-live aria-labelledby="window-title"><h2 id="window-title">Window ${verdict ? pill(verdict) : ''}</h2>
<p>${verdict ? summary : html`Open since ${since(startedAt, now)}, until ${at(endsAt)} (${duration(length)}).`}</p>
${probes.length === 0 ? html`<p class="empty">No probe has looked yet.</p>` : ''}
<ul class="probes">${probes.map(
    (
      probe,
    ) => html`<li><p><b>${probe.name}</b> ${pill(probe.health)}${probe.breach === undefined ? '' : html` <span class="pill bad">breach</span>`} <span class="took">${probe.kind}</span></p>
${readingsChart(probe, length)}<p class="note">${probe.note}</p></li>`,
  )}</ul>
${breaches.length === 0 ? '' : html`<h3>Breaches</h3><ul>${breaches.map((one) => html`<li><b>${one.probe}</b> after ${duration(one.at)}: ${one.note}</li>`)}</ul>`}
${answers.length === 0 ? '' : html`<h3>Answers</h3><ul>${answers.map((one) => html`<li>${one.action} by ${one.by}, ${at(one.at)}: ${one.reason}</li>`)}</ul>`}
</section>`;
}
