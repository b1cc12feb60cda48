import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Caller } from '../api/authentication.ts';
import type { RunPage } from '../api/for-pages.ts';
import { csrf, formKey } from './layout.ts';
import { artifactPath, type Html, short } from './words.ts';

type Shown = RunPage;

/** A form to the run: which of its executions, and what a person was shown when they answered. */
function answer(c: Context<Caller>, { view }: Shown, what: string, content: unknown): Html {
  return html`<form method="post" action="/runs/${view.id}/${what}" class="answer">${csrf(c)}${formKey()}
<input type="hidden" name="run" value="${view.runId}">${content}</form>`;
}

function bound({ view }: Shown): Html {
  return html`<input type="hidden" name="commit" value="${view.commit ?? ''}"><input type="hidden" name="manifest" value="${view.manifest?.digest ?? ''}">`;
}

function reason(id: string, label = 'Why'): Html {
  return html`<label for="${id}">${label}</label><textarea id="${id}" name="reason" rows="2" required maxlength="4000"></textarea>`;
}

/** What this person is wanted for, or could answer already. */
export function answers(c: Context<Caller>, shown: Shown): Html {
  const { possible } = shown;
  const parts = [
    ...possible.decisions.map((one) => decision(c, shown, one)),
    ...(possible.checks.length > 0 ? [checklist(c, shown)] : []),
    ...possible.signOffs.map((role) => signOff(c, shown, role)),
    ...(possible.fix ? [fix(c, shown)] : []),
    ...(possible.watch ? [watch(c, shown, possible.watch)] : []),
  ];
  return parts.length === 0 ? html`` : html`<h2>Yours to answer</h2><div class="cards">${parts}</div>`;
}

function signOff(c: Context<Caller>, shown: Shown, role: string): Html {
  const { view } = shown;
  const id = `comment-${role}`;
  return html`<article class="card"><h3>Sign off as ${role}</h3>
<p>For commit ${short(view.commit ?? '')} and manifest ${short(view.manifest?.digest ?? '')}: a change of either voids it. A rejection ends the run and undoes what it did.</p>
${answer(
  c,
  shown,
  'sign-offs',
  html`<input type="hidden" name="role" value="${role}">${bound(shown)}
<label for="${id}">Comment <span class="optional">(may be left empty)</span></label><textarea id="${id}" name="comment" rows="2" maxlength="4000"></textarea>
<div class="buttons"><button name="decision" value="approve" class="primary">Approve as ${role}</button>
<button name="decision" value="reject" class="danger">Reject</button></div>`,
)}</article>`;
}

function checklist(c: Context<Caller>, shown: Shown): Html {
  const { view, possible } = shown;
  const items = [...view.checklist, ...(view.afterwards ?? [])].filter(({ item }) => possible.checks.includes(item));
  const isOpen = (one: (typeof items)[number]) =>
    !(one.passed === true && one.commit === view.commit && one.manifest === view.manifest?.digest);
  return html`<article class="card"><h3>Checklist</h3><ul class="checklist">${items.map((one) => {
    const id = `note-${one.item}`;
    return html`<li><p><b>${one.text}</b>${isOpen(one) ? '' : html` <span class="pill good">ticked by ${one.by ?? ''}</span>`}${one.how === undefined ? '' : html`<br><span class="how">${one.how}</span>`}</p>
${answer(
  c,
  shown,
  'checks',
  html`<input type="hidden" name="item" value="${one.item}">${bound(shown)}
<label for="${id}">Note on “${one.text}” <span class="optional">(may be left empty)</span></label><input id="${id}" name="note" maxlength="4000" autocomplete="off">
<div class="buttons">${isOpen(one) ? html`<button name="passed" value="true" class="primary">Tick off</button>` : ''}
<button name="passed" value="false">Does not hold</button></div>`,
)}</li>`;
  })}</ul></article>`;
}

const DECIDE = {
  retry: ['Retry', 'primary'],
  skip: ['Skip the step', ''],
  abort: ['Abort the run', 'danger'],
} as const;

function decision(
  c: Context<Caller>,
  shown: Shown,
  { step, attempt, actions }: RunPage['possible']['decisions'][number],
): Html {
  const problem = shown.view.steps.find(({ id }) => id === step)?.problem;
  return html`<article class="card bad"><h3><code>${step}</code> is blocked</h3>
<p>${problem?.message ?? ''}</p>
${problem?.faults === undefined ? '' : html`<ul>${problem.faults.map((fault) => html`<li>${fault}</li>`)}</ul>`}
<p class="remedy">${problem?.remedy ?? ''} ${problem?.log === undefined ? '' : html`<a href="${artifactPath(shown.view, problem.log)}">Its log</a>`}</p>
${answer(
  c,
  shown,
  'decisions',
  html`<input type="hidden" name="step" value="${step}"><input type="hidden" name="attempt" value="${attempt}">
${reason(`reason-${step}`, `Why, for attempt ${attempt}`)}
<div class="buttons">${actions.map((action) => html`<button name="action" value="${action}" class="${DECIDE[action][1]}">${DECIDE[action][0]}</button>`)}</div>`,
)}</article>`;
}

function fix(c: Context<Caller>, shown: Shown): Html {
  return html`<article class="card"><h3>The fix</h3>
<p>Push it to the branch; the run sees it by itself. Or say which commits it is, the last of them the branch's head.</p>
${answer(
  c,
  shown,
  'fix',
  html`<label for="commits">Commits, full and one a line</label><textarea id="commits" name="commits" rows="2" required spellcheck="false"></textarea>
<div class="buttons"><button class="primary">The fix is ready</button></div>`,
)}</article>`;
}

const WATCH = {
  extend: ['Extend', ''],
  conclude: ['Conclude now', 'primary'],
  rollback: ['Roll back', 'danger'],
} as const;

function watch(
  c: Context<Caller>,
  shown: Shown,
  { attempt, actions }: NonNullable<RunPage['possible']['watch']>,
): Html {
  const asked = shown.view.window?.asked;
  return html`<article class="card ${asked ? 'bad' : ''}"><h3>The window</h3>
${asked === undefined ? html`<p>Nothing asks for an answer; it ends by itself.</p>` : html`<p>${asked.why}</p>`}
${answer(
  c,
  shown,
  'watch',
  html`<input type="hidden" name="attempt" value="${attempt}">${reason('reason-window')}
${actions.includes('extend') ? html`<label for="hours">Hours to extend by <span class="optional">(empty: the window's own length)</span></label><input id="hours" name="hours" type="number" min="1" max="2160">` : ''}
<div class="buttons">${actions.map((action) => html`<button name="action" value="${action}" class="${WATCH[action][1]}">${WATCH[action][0]}</button>`)}</div>`,
)}</article>`;
}

const CONTROL = {
  pause: ['Pause', 'It stops before its next step and waits until it is resumed.', ''],
  resume: ['Resume', 'It goes on where it stopped.', 'primary'],
  abort: ['Abort', 'Before the merge all that it did is undone; later it lists what stands where.', 'danger'],
} as const;

/** Pausing, resuming and aborting: possible at any time, so out of the way of what is asked. */
export function controls(c: Context<Caller>, shown: Shown): Html {
  const { control } = shown.possible;
  if (control.length === 0) return html``;
  return html`<details id="controls"><summary>${control.map((name) => CONTROL[name][0]).join(' or ')} this run</summary><div class="cards">${control.map(
    (name) => html`<article class="card"><h3>${CONTROL[name][0]}</h3><p>${CONTROL[name][1]}</p>
${answer(c, shown, name, html`${reason(`reason-${name}`)}<div class="buttons"><button class="${CONTROL[name][2]}">${CONTROL[name][0]}</button></div>`)}</article>`,
  )}</div></details>`;
}
