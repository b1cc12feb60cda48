import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Caller } from '../api/authentication.ts';
import type { StartKind } from '../api/for-pages.ts';
import { csrf, formKey } from './layout.ts';
import type { Html } from './words.ts';

const KINDS = [
  ['release', 'Release'],
  ['hotfix', 'Hotfix'],
  ['rollback', 'Rollback'],
] as const;

interface Start {
  readonly kind: StartKind;
  readonly projects: readonly string[];
}

/** Forms to begin with; what a link filled in already is there. */
export function startPage(c: Context<Caller>, { kind, projects }: Start): Html {
  return html`<h1>Start</h1>
<nav class="tabs" aria-label="What to start"><ul>${KINDS.map(
    ([name, label]) =>
      html`<li><a href="/start/${name}"${name === kind ? html` aria-current="page"` : ''}>${label}</a></li>`,
  )}</ul></nav>
${projects.length === 0 ? html`<p class="empty">There is no project in which you may start ${kind === 'rollback' ? 'a rollback' : `a ${kind}`}. Releasers may; ask for the role.</p>` : FORMS[kind](c, projects)}`;
}

const FORMS: Readonly<Record<StartKind, (c: Context<Caller>, projects: readonly string[]) => Html>> = {
  release,
  hotfix,
  rollback,
};

function release(c: Context<Caller>, projects: readonly string[]): Html {
  return html`<p>First the plan: a dry run runs the gates, builds the files and shows the exact diff, and pushes nothing. The button that releases comes with it.</p>
<form method="post" action="/start/release" class="start">${csrf(c)}${formKey()}<input type="hidden" name="dryRun" value="true">
${project(c, projects)}
<fieldset><legend>Which version</legend>
<label for="bump">Raise</label><select id="bump" name="bump">${options(
    [
      ['minor', 'minor: something new'],
      ['patch', 'patch: repairs alone'],
      ['major', 'major: something breaks'],
      ['prerelease', 'the next pre-release'],
    ],
    c.req.query('bump'),
  )}</select>
<label for="prerelease">As</label><select id="prerelease" name="prerelease">${options(
    [
      ['', 'a stable version'],
      ['alpha', 'alpha'],
      ['beta', 'beta'],
      ['rc', 'release candidate'],
    ],
    c.req.query('prerelease'),
  )}</select>
<label for="version">Or this very version <span class="optional">(then the two above do not count)</span></label><input id="version" name="version" value="${c.req.query('version') ?? ''}" autocomplete="off" spellcheck="false">
<label class="check"><input type="checkbox" name="adopt" value="true"> Adopt it: finish what another tool began. Its version is needed, and its tag must be there.</label></fieldset>
<div class="buttons"><button class="primary">Show the plan</button></div></form>`;
}

function hotfix(c: Context<Caller>, projects: readonly string[]): Html {
  return html`<p>A fix for what users have now: on top of main, or of an older line. Only critical gates run, and one sign-off is asked for.</p>
<form method="post" action="/start/hotfix" class="start">${csrf(c)}${formKey()}
${project(c, projects)}
<label for="title">Title: the subject of the commit</label><input id="title" name="title" required maxlength="120" autocomplete="off">
<label for="issue">Issue it fixes <span class="optional">(a number, may be left empty)</span></label><input id="issue" name="issue" inputmode="numeric" autocomplete="off">
<label for="base">On top of <span class="optional">(a tag of an older line; empty: main)</span></label><input id="base" name="base" autocomplete="off" spellcheck="false">
<label for="commits">Commits to take <span class="optional">(full SHAs or #pull request, one a line; empty: somebody pushes the fix)</span></label><textarea id="commits" name="commits" rows="3" spellcheck="false"></textarea>
<label for="version">Version <span class="optional">(empty: the next patch)</span></label><input id="version" name="version" autocomplete="off" spellcheck="false">
<div class="buttons"><button class="primary">Start the hotfix</button></div></form>`;
}

function rollback(c: Context<Caller>, projects: readonly string[]): Html {
  return html`<p>Takes a version away from users: an urgent issue, a sign-off, then the yank, the demotion and, if wanted, the last good tree as the next version.</p>
<form method="post" action="/start/rollback" class="start">${csrf(c)}${formKey()}
${project(c, projects)}
<label for="version">Version to take back</label><input id="version" name="version" required value="${c.req.query('version') ?? ''}" autocomplete="off" spellcheck="false">
<label for="reason">Why: it becomes public</label><textarea id="reason" name="reason" rows="3" required maxlength="4000"></textarea>
<label for="rollForward">Release the last good tree as the next version</label><select id="rollForward" name="rollForward">${options(
    [
      ['ask', 'ask me once the rest is under way'],
      ['yes', 'yes'],
      ['no', 'no'],
    ],
  )}</select>
<label for="tags">Its tag</label><select id="tags" name="tags">${options([
    ['keep', 'stays'],
    ['retag', 'is removed, and the last good commit tagged anew'],
  ])}</select>
<div class="buttons"><button class="danger">Start the rollback</button></div></form>`;
}

function project(c: Context<Caller>, projects: readonly string[]): Html {
  const pairs = projects.map((name) => [name, name] as const);
  return html`<label for="project">Project</label><select id="project" name="project" required>${options(pairs, c.req.query('project'))}</select>`;
}

function options(pairs: readonly (readonly [value: string, label: string])[], chosen?: string): Html[] {
  return pairs.map(
    ([value, label]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`,
  );
}
