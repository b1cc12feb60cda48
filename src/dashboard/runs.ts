import { html } from 'hono/html';
import type { RunSummary } from '../api/runs-port.ts';
import { between, type Html, kindOf, pill, runPath, since } from './words.ts';

const KINDS = ['release', 'hotfix', 'rollback'];
const STATUSES = ['running', 'waiting', 'blocked', 'paused', 'ended', 'stuck'];
const FILTERS = ['project', 'kind', 'status', 'waitingFor'] as const;

export type Filter = Readonly<Record<string, string>>;

/** The filter of a list as its form sent it, without what was left empty. */
export function filterOf(query: Filter): Filter {
  const wanted = [...FILTERS, 'cursor', 'limit'] as readonly string[];
  return Object.fromEntries(
    Object.entries(query).filter(([name, value]) => wanted.includes(name) && value.trim() !== ''),
  );
}

export function runsPage(
  { runs, next }: { readonly runs: readonly RunSummary[]; readonly next?: string },
  { filter, projects, now }: { filter: Filter; projects: readonly string[]; now: Date },
): Html {
  const { cursor, ...own } = filter;
  const filtered = Object.keys(own).length > 0;
  return html`<h1>Runs</h1>
<form class="filter" method="get" action="/runs" aria-label="Filter">
${choice('project', 'Project', projects, filter)}
${choice('kind', 'Kind', KINDS, filter)}
${choice('status', 'Status', STATUSES, filter)}
<label>Waits for <input name="waitingFor" value="${filter.waitingFor ?? ''}" placeholder="qa" autocomplete="off"></label>
<button>Show</button>
${filtered ? html`<a href="/runs">All</a>` : ''}
</form>
<section id="list" data-live aria-label="Runs">
${runs.length > 0 ? runTable(runs, now) : html`<p class="empty">${cursor !== undefined ? 'No further runs.' : filtered ? 'No run is like this.' : html`Nothing was released yet. <a href="/start">Start a release</a>.`}</p>`}
</section>
<nav class="pages" aria-label="Pages">
${cursor === undefined ? '' : html`<a href="/runs?${new URLSearchParams(own).toString()}">Newest</a>`}
${next === undefined ? '' : html`<a rel="next" href="/runs?${new URLSearchParams({ ...own, cursor: next }).toString()}">Older</a>`}
</nav>`;
}

function choice(name: string, label: string, values: readonly string[], filter: Filter): Html {
  return html`<label>${label} <select name="${name}"><option value="">any</option>
${values.map((value) => html`<option${filter[name] === value ? html` selected` : ''}>${value}</option>`)}</select></label>`;
}

export function runTable(runs: readonly RunSummary[], now: Date): Html {
  return html`<div class="scroll" role="region" aria-label="Table of runs" tabindex="0"><table class="runs">
<thead><tr><th scope="col">Run</th><th scope="col">Status</th><th scope="col">Phase</th><th scope="col">Waits for</th><th scope="col">Started</th><th scope="col">Took</th></tr></thead>
<tbody>${runs.map((run) => row(run, now))}</tbody></table></div>`;
}

function row(run: RunSummary, now: Date): Html {
  const { project, version, status, outcome, phase, waitingFor, startedAt, endedAt } = run;
  return html`<tr><th scope="row"><a href="${runPath(run)}">${kindOf(run)} of ${project} ${version}</a></th>
<td>${pill(outcome ?? status)}</td><td>${phase ?? ''}</td><td>${waitingFor.join(', ')}</td>
<td>${since(startedAt, now)}</td><td>${between(startedAt, endedAt ?? now.toISOString())}</td></tr>`;
}
