import { html } from 'hono/html';
import type { RunPage } from '../api/for-pages.ts';
import type { ArtifactRef, ChecklistItem } from '../domain/run/state.ts';
import { diffLines, prose } from './text.ts';
import { artifactPath, at, type Html, pill, short, size } from './words.ts';

/** What users will read, and what changed in the tree. */
export function changes({ view, diff, notes }: RunPage): Html {
  const changelog = view.plan?.changelog ?? notes;
  return html`<section id="changes" data-live>
${changelog === undefined ? '' : html`<h2>Changelog</h2><div class="prose">${prose(changelog)}</div>`}
${
  diff === undefined
    ? ''
    : html`<details id="diff"><summary>The exact diff that the release commit makes</summary>
<pre class="diff" tabindex="0" role="region" aria-label="Diff"><code>${diffLines(diff)}</code></pre></details>`
}
</section>`;
}

/** What is tested, signed and shipped. */
export function candidate({ view }: RunPage): Html {
  const { commit, manifest } = view;
  if (commit === undefined && manifest === undefined) return html`<section id="candidate" data-live></section>`;
  return html`<section id="candidate" data-live aria-labelledby="candidate-title"><h2 id="candidate-title">Manifest</h2>
<dl class="pairs">${commit === undefined ? '' : html`<div><dt>Commit</dt><dd><code>${commit}</code></dd></div>`}
${manifest === undefined ? '' : html`<div><dt>Digest</dt><dd><code>${manifest.digest}</code></dd></div>`}</dl>
${manifest === undefined ? html`<p class="empty">Not frozen yet: it comes once all files are built.</p>` : files([...manifest.files, ...manifest.extras])}
</section>`;

  function files(all: readonly ArtifactRef[]): Html {
    return html`<div class="scroll" role="region" aria-label="Table of files" tabindex="0"><table>
<thead><tr><th scope="col">File</th><th scope="col">Size</th><th scope="col">sha256</th></tr></thead>
<tbody>${all.map((file) => html`<tr><th scope="row"><a href="${artifactPath(view, file.digest)}">${file.name}</a></th><td class="number">${size(file.size)}</td><td><code>${file.digest.replace('sha256:', '')}</code></td></tr>`)}</tbody></table></div>`;
  }
}

/** Who signed and who ticked off what, those included whose word no longer counts. */
export function people({ view }: RunPage): Html {
  const { signOffs, checklist, afterwards = [] } = view;
  const isThere = signOffs.length + checklist.length + afterwards.length > 0;
  if (!isThere) return html`<section id="people" data-live></section>`;
  return html`<section id="people" data-live>
${
  signOffs.length === 0
    ? ''
    : html`<h2>Sign-offs</h2><ul class="signed">${signOffs.map(
        (one) =>
          html`<li class="${one.voided === undefined ? '' : 'void'}">${pill(one.decision)} <b>${one.role}</b> by ${one.by}${one.own ? ' (who started the run)' : ''}, ${at(one.at)}, for ${short(one.commit)} and ${short(one.manifest)}${one.comment === undefined ? '' : html`: “${one.comment}”`}${one.voided === undefined ? '' : html` <span class="why">counts no longer: ${one.voided}</span>`}</li>`,
      )}</ul>`
}
${items('Checklist', checklist)}${items('Afterwards', afterwards)}
</section>`;

  function items(title: string, all: readonly ChecklistItem[]): Html {
    if (all.length === 0) return html``;
    return html`<h2>${title}</h2><ul class="signed">${all.map(
      ({ text, passed, by, at: when, note }) =>
        html`<li>${pill(passed === undefined ? 'pending' : passed ? 'done' : 'failed')} ${text}${by === undefined || when === undefined ? '' : html`, ${by}, ${at(when)}`}${note === undefined ? '' : html`: “${note}”`}</li>`,
    )}</ul>`;
  }
}

export function refusals({ view }: RunPage): Html {
  const { refusals: all, undone, notUndone } = view;
  const none = all.length + undone.length + notUndone.length === 0;
  if (none) return html`<section id="refusals" data-live></section>`;
  return html`<section id="refusals" data-live>
${all.length === 0 ? '' : html`<h2>Refused</h2><ul class="signed">${all.map((one) => html`<li><b>${one.signal}</b> of ${one.by}, ${at(one.at)}: ${one.reason}</li>`)}</ul>`}
${undone.length === 0 ? '' : html`<h2>Undone</h2><ul>${undone.map((one) => html`<li>${one}</li>`)}</ul>`}
${notUndone.length === 0 ? '' : html`<h2>Could not be undone</h2><ul>${notUndone.map((one) => html`<li>${one}</li>`)}</ul>`}
</section>`;
}
