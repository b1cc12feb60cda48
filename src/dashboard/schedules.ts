import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ScheduleView } from '../api/answers/schedule-answer.ts';
import type { Caller } from '../api/authentication.ts';
import type { ProjectPage } from '../api/for-pages.ts';
import type { CadenceName, Weekday } from '../domain/calendar.ts';
import { csrf } from './layout.ts';
import { at, type Html, since } from './words.ts';

const DOES: Readonly<Record<CadenceName, string>> = {
  prerelease: 'Pre-release, while there is something new',
  minor: 'Reminder of the next minor version',
  major: 'Reminder of the next major version',
};

const NAMES = Object.keys(DOES) as CadenceName[];
const WORKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const satisfies Weekday[];
const WEEKDAYS: readonly Weekday[] = [...WORKDAYS, 'saturday', 'sunday'];

/** What the calendar asks for: when it is looked next, what became of the last looks, and who paused it. */
export function schedulesSection(c: Context<Caller>, { overview, schedules, may }: ProjectPage, now: Date): Html {
  const { project } = overview;
  return html`<section id="schedules" data-live aria-labelledby="schedules-title"><h2 id="schedules-title">Schedules</h2>
${shown(schedules, now)}</section>
${may.schedule && schedules ? forms(c, project, schedules) : ''}`;
}

function shown(schedules: ProjectPage['schedules'], now: Date): Html {
  if (schedules === null)
    return html`<p class="note warn">The schedules are not known now: Temporal does not answer.</p>`;
  if (schedules.length === 0)
    return html`<p class="empty">There is none: <code>schedule:</code> in the project file makes them, or whoever may by the button below.</p>`;
  return html`<div class="scroll" role="region" aria-label="Table of schedules" tabindex="0"><table><thead><tr><th scope="col">What</th><th scope="col">Every</th><th scope="col">Looks next</th><th scope="col">Last looks</th></tr></thead>
<tbody>${schedules.map((one) => row(one, now))}</tbody></table></div>`;
}

function row(one: ScheduleView, now: Date): Html {
  const { name, every, weekday, hour, by, changedAt, paused, fault, next, last } = one;
  const when = `${weekday === null ? 'every day' : `on ${weekday}s`} at ${String(hour).padStart(2, '0')}:00 UTC`;
  return html`<tr><th scope="row">${DOES[name]}</th><td>${every}<br><span class="note">looked at ${when}; by ${by}, ${since(changedAt, now)}</span></td>
<td>${paused ? pausedBy(paused, now) : next[0] === undefined ? '–' : at(next[0])}${fault === undefined ? '' : html`<p class="note bad">It starts nothing: ${fault}. Change it here to sign it anew.</p>`}</td>
<td>${last.length === 0 ? 'none yet' : html`<ul>${last.map((look) => html`<li>${since(look.at, now)}: ${said(look)}</li>`)}</ul>`}</td></tr>`;
}

function said({ says, run }: ScheduleView['last'][number]): Html {
  return html`${says ?? 'not known'}${run === undefined ? '' : html` <a href="/runs/${run}">The run</a>`}`;
}

function pausedBy({ by, at: time, reason }: NonNullable<ScheduleView['paused']>, now: Date): Html {
  const who = by === null ? 'in Temporal itself' : `by ${by}`;
  return html`<span class="pill warn">paused</span> ${who}${time === null ? '' : html`, ${since(time, now)}`}${reason === '' ? '' : `: ${reason}`}`;
}

function forms(c: Context<Caller>, project: string, schedules: readonly ScheduleView[]): Html {
  return html`<details id="schedule-forms"><summary>Change, pause or resume a schedule</summary><div class="cards">${NAMES.map(
    (name) => {
      const known = schedules.find((one) => one.name === name);
      return html`<article class="card"><h3>${DOES[name]}</h3>
${known ? steering(c, known) : ''}${changing(c, { project, name, known })}</article>`;
    },
  )}</div></details>`;
}

function steering(c: Context<Caller>, { project, name, paused }: ScheduleView): Html {
  const id = `reason-schedule-${name}`;
  const [what, words] = paused ? (['resume', 'Resume'] as const) : (['pause', 'Pause'] as const);
  return html`<form method="post" action="/projects/${project}/schedules/${name}/${what}" class="answer">${csrf(c)}
<label for="${id}">Why ${what} it</label><textarea id="${id}" name="reason" rows="2" required maxlength="4000"></textarea>
<div class="buttons"><button>${words} ${name}</button></div></form>`;
}

interface Changing {
  readonly project: string;
  readonly name: CadenceName;
  readonly known: ScheduleView | undefined;
}

function changing(c: Context<Caller>, { project, name, known }: Changing): Html {
  const id = (field: string) => `${field}-schedule-${name}`;
  const usual = { prerelease: 'weekly', minor: '4-6 weeks', major: '6-12 months' }[name];
  const day = (value: string, words: string, chosen: boolean) =>
    html`<option value="${value}"${chosen ? html` selected` : ''}>${words}</option>`;
  return html`<form method="post" action="/projects/${project}/schedules/${name}/change" class="answer">${csrf(c)}
<label for="${id('every')}">Every <span class="optional">(weekly, monthly, 10 days, 4-6 weeks)</span></label><input id="${id('every')}" name="every" value="${known?.every ?? usual}" required autocomplete="off">
<label for="${id('weekday')}">Looked at on</label><select id="${id('weekday')}" name="weekday">${day('every-day', 'every day', known?.weekday === null)}${WEEKDAYS.map((one) => day(one, one, one === (known ? known.weekday : 'monday')))}</select>
<label for="${id('hour')}">Hour, UTC</label><input id="${id('hour')}" name="hour" type="number" min="0" max="23" value="${known?.hour ?? 6}" required>
<div class="buttons"><button>${known ? 'Change' : 'Make'} ${name}</button></div></form>`;
}

/** What such a form says, as the API takes it. */
export function scheduleIn({ every, weekday, hour, reason }: Readonly<Record<string, string>>, what: string): object {
  if (what !== 'change') return { reason };
  return {
    every,
    ...(weekday === undefined ? {} : { weekday: weekday === 'every-day' ? null : weekday }),
    ...(hour === undefined ? {} : { hour: Number(hour) }),
  };
}
