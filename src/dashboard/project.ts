import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Caller } from '../api/authentication.ts';
import type { ProjectPage } from '../api/for-pages.ts';
import type { ProjectOverview } from '../api/projects.ts';
import type { Dora } from '../domain/dora.ts';
import { SPENT, timeBar, timeline } from './charts.ts';
import { runTable } from './runs.ts';
import { schedulesSection } from './schedules.ts';
import { between, duration, type Html, moment, percent, plural, runPath } from './words.ts';

export function projectsPage(projects: readonly ProjectOverview[], now: Date): Html {
  return html`<h1>Projects</h1>
<section id="projects" data-live aria-label="Projects">
${projects.length === 0 ? html`<p class="empty">There is no project yet: <code>slipway detect</code> writes the project file of a repository, and it goes into the service's folder of projects.</p>` : ''}
<ul class="projects">${projects.map(
    (
      one,
    ) => html`<li class="card"><h2><a href="/projects/${one.project}">${'title' in one ? one.title : one.project}</a></h2>${versions(one)}
<p>${one.openRuns.length === 0 ? 'No open run.' : html`${plural(one.openRuns.length, 'open run')}: ${one.openRuns.slice(0, 3).map((run) => html`<a href="${runPath(run)}">${run.version}</a>, ${run.status} since the start ${between(run.startedAt, now.toISOString())} ago. `)}`}</p></li>`,
  )}</ul></section>`;
}

function versions(one: ProjectOverview): Html {
  if (!('package' in one)) return html`<p class="note bad">${one.problem.message}</p>`;
  if ('problem' in one)
    return html`<p class="note warn">The next version is not known now: ${one.problem.message}.</p>`;
  const { current, suggested, bump } = one;
  return html`<p class="versions"><span>Current <b>${current ?? 'none'}</b></span> <span>Next <b>${suggested ?? 'nothing to release'}</b>${bump === 'none' ? '' : ` (${bump})`}</span></p>`;
}

/** What was released, what comes next and why, and how well releasing goes. */
export function projectPage(c: Context<Caller>, shown: ProjectPage, now: Date): Html {
  const { overview, runs, dora, spent, may } = shown;
  const name = overview.project;
  const current = 'current' in overview ? overview.current : null;
  return html`<p class="crumb"><a href="/projects">Projects</a></p>
<h1>${'title' in overview ? overview.title : name}</h1>
${'repository' in overview ? html`<p class="facts">${overview.package} from ${overview.repository}, policy ${overview.policy}</p>` : ''}
<section id="next" data-live aria-labelledby="next-title"><h2 id="next-title">Next version</h2>${versions(overview)}
${'reasons' in overview && overview.reasons ? html`<ul class="reasons">${overview.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : ''}
<p class="buttons">${may.start ? html`<a class="button primary" href="/start/release?project=${name}">Start a release</a> <a class="button" href="/start/hotfix?project=${name}">Hotfix</a>` : ''}
${may.rollBack ? html`<a class="button" href="/start/rollback?project=${name}${current ? `&version=${current}` : ''}">Rollback</a>` : ''}</p></section>
${schedulesSection(c, shown, now)}
${figures(dora, now)}
${spent.length === 0 ? '' : times(spent)}
<section id="history" data-live aria-labelledby="history-title"><h2 id="history-title">History</h2>
${runs.length === 0 ? html`<p class="empty">Nothing was released yet.</p>` : html`${runTable(runs, now)}<p><a href="/runs?project=${name}">All runs of ${name}</a></p>`}</section>`;
}

function figures(dora: Dora, now: Date): Html {
  const { days, deliveries, lead, frequency, between: gap, changeFailRate, recovery, reworkRate } = dora;
  const seconds = (value: number | null) => (value === null ? '–' : duration(value));
  const all = [
    ['Lead time', seconds(lead), "from a run's start until users can install it, median"],
    [
      'Frequency',
      deliveries.length === 0 ? '–' : `${frequency.toFixed(1)} in 30 days`,
      gap === null ? 'stable versions' : `one every ${seconds(gap)}, median`,
    ],
    ['Change fail rate', percent(changeFailRate), 'had to be rolled back or hotfixed, or regressed in the window'],
    ['Recovery time', seconds(recovery), 'from the start of the repair until users had it, median'],
    ['Rework rate', percent(reworkRate), 'were hotfixes or roll-forwards, which nobody had planned'],
  ] as const;
  const marks = deliveries.map(({ version, kind, at, failed }) => ({
    ...{ at, failed: failed !== undefined, tone: kind === 'release' ? 'good' : 'warn' },
    words: `${kind} ${version} on ${moment(at)}${failed ? `, repaired by ${failed.by}` : ''}`,
  }));
  return html`<section id="dora" data-live aria-labelledby="dora-title"><h2 id="dora-title">Cadence and stability</h2>
<p class="note">Stable versions of the last ${days} days: ${deliveries.length}.</p>
<dl class="figures">${all.map(([name, value, what]) => html`<div><dt>${name}</dt><dd><b>${value}</b> <span>${what}</span></dd></div>`)}</dl>
${timeline(marks, { now, days })}
<ul class="legend"><li class="good">release</li><li class="warn">hotfix or roll-forward</li><li class="ringed">had to be repaired</li></ul></section>`;
}

function times(spent: ProjectPage['spent']): Html {
  return html`<section id="spent" data-live aria-labelledby="spent-title"><h2 id="spent-title">Working and waiting</h2>
<div class="scroll" role="region" aria-label="Table of times" tabindex="0"><table><thead><tr><th scope="col">Run</th><th scope="col">Where its time went</th><th scope="col">Working</th><th scope="col">Waiting</th></tr></thead>
<tbody>${spent.map((one) => html`<tr><th scope="row"><a href="${runPath(one)}">${one.id.split(':')[0]} ${one.version}</a></th><td>${timeBar(one.spent)}</td><td>${duration(one.spent.working)}</td><td>${duration(one.spent.waiting)}</td></tr>`)}</tbody></table></div>
<ul class="legend">${SPENT.map(([, name, tone]) => html`<li class="${tone}">${name}</li>`)}</ul></section>`;
}
