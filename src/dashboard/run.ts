import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Caller } from '../api/authentication.ts';
import type { RunPage } from '../api/for-pages.ts';
import { SPENT, timeBar } from './charts.ts';
import { answers, controls } from './run-answers.ts';
import { candidate, changes, people, refusals } from './run-evidence.ts';
import { flow } from './run-flow.ts';
import { gates } from './run-gates.ts';
import { plan } from './run-plan.ts';
import { windowOf } from './run-window.ts';
import { at, duration, type Html, kindOf, lasting, pill, since } from './words.ts';

/** All that is known of a run, and buttons for just what this person may do now. */
export function runPage(c: Context<Caller>, shown: RunPage, now: Date): Html {
  const { view } = shown;
  return html`<header class="run" id="head" data-live>
<p class="crumb"><a href="/projects/${view.project}">${view.project}</a></p>
<h1>${kindOf(view)} of ${view.project} ${view.version} ${pill(view.outcome ?? view.status)}</h1>
${view.ending === undefined ? '' : html`<p class="ending">${view.ending}</p>`}
${facts(shown, now)}
${links(shown)}
${view.live ? '' : html`<p class="note warn">${view.status === 'ended' ? 'From the archive.' : 'No worker answers now: this is what was kept last, and buttons come back with it.'}</p>`}
</header>
${said(c, shown)}
<section id="waits" data-live>${waits(shown, now)}</section>
<section id="answer" data-live>${answers(c, shown)}</section>
${plan(c, shown)}
<section id="flow" data-live>${flow(shown, now)}</section>
${gates(shown)}
${windowOf(shown, now)}
${changes(shown)}
${candidate(shown)}
${people(shown)}
${refusals(shown)}
<section id="time" data-live aria-labelledby="time-title"><h2 id="time-title">Where the time went</h2>
<p>${timeBar(shown.spent)}</p>
<ul class="legend">${SPENT.map(([key, name, tone]) => html`<li class="${tone}">${name}: ${duration(shown.spent[key])}</li>`)}</ul></section>
<section id="control" data-live>${controls(c, shown)}</section>`;
}

function facts({ view }: RunPage, now: Date): Html {
  const { startedBy, startedAt, endedAt, dryRun, testOnly, procedure, paused, aborted } = view;
  const what = dryRun ? 'A dry run: nothing is pushed.' : testOnly ? 'A test run: it ends after the rehearsal.' : '';
  return html`<p class="facts">${startedBy === '' ? '' : html`Started by <b>${startedBy}</b> `}${since(startedAt, now)}${endedAt === undefined ? '' : html`, ended ${at(endedAt)}`}.
${what} ${procedure?.kind === 'hotfix' ? procedure.title : ''} ${procedure?.kind === 'rollback' ? procedure.reason : ''}</p>
${paused === undefined ? '' : html`<p class="note warn">Paused by ${paused.by} ${since(paused.at, now)}: ${paused.reason}</p>`}
${aborted === undefined ? '' : html`<p class="note warn">Aborted by ${aborted.by} ${since(aborted.at, now)}: ${aborted.reason}</p>`}`;
}

function links({ view, temporalUi }: RunPage): Html {
  const outside = Object.entries(view.links).filter(([, url]) => /^https?:\/\//.test(url));
  const all = [...outside, ...(temporalUi === undefined ? [] : [['Temporal UI', temporalUi] as const])];
  if (all.length === 0) return html``;
  return html`<ul class="links" aria-label="Elsewhere">${all.map(([name, url]) => html`<li><a href="${url}" rel="noreferrer">${name}</a></li>`)}</ul>`;
}

/** What became of the answer that was sent last: it is looked up in the run, so an address alone makes nothing up. */
function said(c: Context<Caller>, { state }: RunPage): Html {
  const told = c.req.query('told');
  if (told === undefined) return html`<div id="said" data-live></div>`;
  const [name = '', key = ''] = told.split(':');
  const answer = state?.answers[`${name}:${c.var.person.login}:${key}`];
  const verdict = answer?.verdict ?? 'pending';
  const words = {
    counted: html`<b>Accepted.</b> It counts, and the run goes on with it.`,
    refused: html`<b>Refused:</b> ${answer?.reason ?? 'it breaks a rule'}.`,
    pending: html`<b>Sent.</b> The run has not looked at it yet; this page says so when it has.`,
  }[verdict];
  return html`<div id="said" data-live><p class="said ${verdict}" role="status">${words}</p></div>`;
}

const WAITS: Readonly<Record<string, string>> = {
  'sign-off': 'Sign-offs',
  check: 'Checklist',
  decision: 'A decision',
  outside: 'Others',
  turn: 'Its turn',
  resume: 'Being resumed',
  watch: 'An answer about the window',
};

function waits({ view, state }: RunPage, now: Date): Html {
  if (view.waitingFor.length === 0) return html``;
  return html`<h2>Waiting for</h2><ul class="waits">${view.waitingFor.map(
    ({
      kind,
      step,
      for: names,
      since: from,
    }) => html`<li><b>${WAITS[kind] ?? kind}</b>: ${kind === 'check' && names.length > 3 ? `${names.length} items` : names.map(named).join(', ')}
<span class="since">${step === '' ? '' : html`<code>${step}</code> `}${lasting(from, now)}</span></li>`,
  )}</ul>`;

  function named(name: string): string {
    const item = [...view.checklist, ...(view.afterwards ?? [])].find((one) => one.item === name);
    const holders = (state?.frozen?.people ?? []).filter(({ roles }) => (roles as readonly string[]).includes(name));
    if (item) return item.text;
    return holders.length === 0 ? name : `${name} (${holders.map(({ login }) => login).join(' or ')})`;
  }
}
