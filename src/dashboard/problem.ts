import { html } from 'hono/html';
import type { Described } from '../api/problems.ts';
import type { Html } from './words.ts';

const TITLES: Readonly<Record<string, string>> = {
  'not-found': 'There is no such page',
  'run-unknown': 'There is no such run',
  'run-open': 'A run for it is open already',
  'run-ended': 'The run has ended',
  'request-invalid': 'The form has faults',
  forbidden: 'This is not yours to do',
  'cross-site': 'The form was too old, or came from elsewhere',
  'temporal-unreachable': 'Temporal does not answer',
  'worker-silent': 'No worker answers',
  unexpected: 'Something went wrong',
};

/** What a page's reader does, where an API's caller does something else. */
const REMEDIES: Readonly<Record<string, string>> = {
  'not-found': 'Look for it among the runs and the projects.',
  'run-unknown': 'Look for it among the runs.',
  'request-invalid': 'Go back and correct what is listed; nothing was sent.',
  'cross-site': 'Load the page again, then send the form once more.',
  unexpected: 'Try again; an operator finds the cause in the log by the number of this request.',
};

/** What went wrong and what to do about it, in words. */
export function problemPage({ code, detail, remedy, faults, members }: Described, requestId: string): Html {
  const open = (members as { run?: { id?: unknown; runId?: unknown } }).run;
  return html`<div class="narrow"><h1>${TITLES[code] ?? 'That did not work'}</h1>
<p class="said refused" role="alert">${detail}.</p>
${faults.length === 0 ? '' : html`<ul>${faults.map(({ path, message, remedy: what }) => html`<li>${path === undefined ? '' : html`<b>${path}</b> `}${message}. ${what ?? ''}</li>`)}</ul>`}
<p>${REMEDIES[code] ?? remedy}</p>
${typeof open?.id === 'string' ? html`<p><a href="/runs/${open.id}?run=${String(open.runId)}">Go to ${open.id}</a></p>` : ''}
<p><a href="/">What waits for me</a>, or back with your browser: what you wrote is still there.</p>
<p class="note">Request ${requestId}</p></div>`;
}
