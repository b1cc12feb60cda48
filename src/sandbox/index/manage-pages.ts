import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Journal } from '../journal.ts';
import type { Catalogue, Project, Release } from './catalogue.ts';
import { page } from './page.ts';
import { Refusal } from './refusal.ts';
import type { Session, Sessions } from './sessions.ts';

export interface ManageDeps {
  readonly index: string;
  readonly server: string;
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  readonly sessions: Sessions;
}

/** Yank, un-yank and delete: only for an owner who has logged in, on these pages. There is no API for them. */
export function managePages({ index, server, catalogue, journal, sessions }: ManageDeps): Hono {
  return new Hono()
    .get('/account/login/', (c) => c.html(page(index, 'Log in', loginForm(c.req.query('next') ?? '/'))))
    .post('/account/login/', async (c) => {
      const form = await c.req.formData();
      sessions.logIn(c, text(form, 'username'), text(form, 'password'));
      return c.redirect(withinSite(text(form, 'next')), 303);
    })
    .get('/manage/project/:name/releases/', (c) => {
      const session = sessions.of(c);
      if (!session) return toLogin(c);
      const project = ownProject(catalogue, c.req.param('name'), session);
      return c.html(page(index, `Releases of ${project.name}`, releasesBody(project, session)));
    })
    .post('/manage/project/:name/release/:version/', async (c) => {
      const session = sessions.of(c);
      if (!session) return toLogin(c);
      const project = ownProject(catalogue, c.req.param('name'), session);
      const release = catalogue.release(project.name, c.req.param('version'));
      if (!release) return c.notFound();
      const form = await c.req.formData();
      sessions.check(session, text(form, 'csrf_token'));

      const { action, store } = wish(form, catalogue, { project, release });
      await journal.change(c, { server, action, target: `${project.name} ${release.version}` }, store);
      return c.redirect(`/manage/project/${project.name}/releases/`, 303);
    });
}

/** One of three buttons; each wants the version typed again. */
function wish(form: FormData, catalogue: Catalogue, { project, release }: { project: Project; release: Release }) {
  const wishes = {
    yank: () => catalogue.yank(project, release, text(form, 'yanked_reason')),
    unyank: () => catalogue.unyank(project, release),
    delete: () => catalogue.delete(project, release),
  };
  for (const action of ['yank', 'unyank', 'delete'] as const) {
    const confirmed = text(form, `confirm_${action}_version`);
    if (confirmed === release.version) return { action, store: wishes[action] };
    if (confirmed) {
      throw new Refusal(400, `Could not ${action} release - '${confirmed}' is not the same as '${release.version}'`);
    }
  }
  throw new Refusal(400, 'Confirm the request');
}

function ownProject(catalogue: Catalogue, name: string, session: Session): Project {
  const project = catalogue.project(name);
  if (!project?.owners.includes(session.user)) throw new Refusal(403, `${session.user} is no owner of ${name}.`);
  return project;
}

function toLogin(c: Context) {
  const next = c.req.method === 'GET' ? c.req.path : '/';
  return c.redirect(`/account/login/?next=${encodeURIComponent(next)}`, 303);
}

function withinSite(path: string): string {
  return /^\/(?![/\\])/.test(path) ? path : '/';
}

function text(form: FormData, key: string): string {
  const value = form.get(key);
  return typeof value === 'string' ? value : '';
}

function loginForm(next: string) {
  return html`<form method="post" action="/account/login/">
<input type="hidden" name="next" value="${next}">
<p><label>User name <input name="username" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Log in</button></p>
</form>`;
}

function releasesBody(project: Project, session: Session) {
  return html`<p>Logged in as ${session.user}</p>
${[...project.releases].reverse().map((release) => {
  const button = (action: string, label: string, more = html``) => html`
<form method="post" action="/manage/project/${project.name}/release/${release.version}/">
<input type="hidden" name="csrf_token" value="${session.csrf}">
${more}
<label>Type the version to confirm <input name="confirm_${action}_version" required></label> <button>${label}</button>
</form>`;
  return html`<fieldset>
<legend><a href="/project/${project.name}/${release.version}/">${release.version}</a>, ${release.files.length} files${release.yanked ? `, yanked: ${release.yankedReason || 'no reason given'}` : ''}</legend>
${
  release.yanked
    ? button('unyank', 'Un-yank')
    : button('yank', 'Yank', html`<label>Reason (optional) <input name="yanked_reason"></label>`)
}
${button('delete', 'Delete: it can never be uploaded again')}
</fieldset>
`;
})}`;
}
