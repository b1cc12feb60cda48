import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Caller } from '../api/authentication.ts';
import type { RunPage } from '../api/for-pages.ts';
import { csrf, formKey } from './layout.ts';
import type { Html } from './words.ts';

/** A dry run: what a release of this version would do, and the button that does it. */
export function plan(c: Context<Caller>, shown: RunPage): Html {
  const { view, mayStart } = shown;
  if (!view.dryRun) return html`<section id="plan" data-live></section>`;
  if (view.outcome !== 'planned') {
    return html`<section id="plan" data-live><h2>The plan</h2>
<p class="empty">${view.status === 'ended' ? 'There is no plan: the dry run ended before it.' : 'It is being made: gates run and files are built, and nothing is pushed. The button to start comes with it.'}</p></section>`;
  }
  const { effects = [], there = [], tag, branch, pullRequest } = view.plan ?? {};
  return html`<section id="plan" data-live aria-labelledby="plan-title"><h2 id="plan-title">The plan</h2>
<dl class="pairs"><div><dt>Tag</dt><dd><code>${tag}</code></dd></div><div><dt>Branch</dt><dd><code>${branch}</code></dd></div>
${pullRequest === undefined ? '' : html`<div><dt>Pull request</dt><dd>“${pullRequest.title}” from ${pullRequest.head} into ${pullRequest.base}</dd></div>`}</dl>
<h3>What it does outside, in order</h3><ol class="effects">${effects.map((one) => html`<li>${one}</li>`)}</ol>
${there.length === 0 ? '' : html`<h3>What stays as it is</h3><ul>${there.map((one) => html`<li>${one}</li>`)}</ul>`}
${mayStart ? start(c, shown) : html`<p class="note">Starting it is for a releaser.</p>`}</section>`;
}

function start(c: Context<Caller>, { view, state }: RunPage): Html {
  const adopt = state !== undefined && 'adopt' in state.request && state.request.adopt === true;
  return html`<form method="post" action="/start/release" class="answer">${csrf(c)}${formKey()}
<input type="hidden" name="project" value="${view.project}"><input type="hidden" name="version" value="${view.version}">
${adopt ? html`<input type="hidden" name="adopt" value="true">` : html`<label class="check"><input type="checkbox" name="testOnly" value="true"> Only rehearse it: end after the test index</label>`}
<div class="buttons"><button class="primary">Start the release of ${view.version}</button></div></form>`;
}
