import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Catalogue, Project, Release } from './catalogue.ts';
import { fileUrl } from './files.ts';
import { latest } from './json.ts';
import { page } from './page.ts';

/** What anybody sees of the projects. */
export function projectPages(index: string, catalogue: Catalogue): Hono {
  const found = (c: Context, name: string, version?: string) => {
    const project = catalogue.project(name);
    const release = project && (version === undefined ? latest(project) : catalogue.release(name, version));
    if (!project || !release || project.status === 'quarantined') return c.notFound();
    return c.html(page(index, `${project.name} ${release.version}`, releaseBody(project, release, c)));
  };
  return new Hono()
    .get('/', (c) => c.html(page(index, 'Projects', listBody(catalogue.projects()))))
    .get('/project/:name/', (c) => found(c, c.req.param('name')))
    .get('/project/:name/:version/', (c) => found(c, c.req.param('name'), c.req.param('version')));
}

function listBody(projects: readonly Project[]) {
  const shown = projects.filter(({ status }) => status !== 'quarantined');
  if (shown.length === 0) return html`<p>Nothing has been uploaded yet.</p>`;
  return html`<ul>
${shown.map(({ name, releases }) => html`<li><a href="/project/${name}/">${name}</a>: ${releases.map(({ version }) => html`<a href="/project/${name}/${version}/">${version}</a> `)}</li>\n`)}</ul>`;
}

function releaseBody(project: Project, release: Release, c: Context) {
  const { summary, requires_python: python, requires_dist: requires, description } = release.info;
  return html`
${release.yanked ? html`<p class="yanked">This release has been yanked. Reason this release was yanked: ${release.yankedReason || 'none given'}</p>` : ''}
<p>${summary ?? ''}</p>
<p><code>pip install --index-url ${new URL('/simple/', c.req.url).href} ${project.name}==${release.version}</code></p>
<p>Owners: ${project.owners.join(', ')}. <a href="/manage/project/${project.name}/releases/">Manage releases</a></p>
<p>Requires Python ${python ?? 'of any version'}${Array.isArray(requires) ? html`; depends on ${requires.join(', ')}` : ''}</p>
<h2>Files</h2>
<ul>
${release.files.map((file) => html`<li><a href="${fileUrl(c, file)}">${file.filename}</a>, ${file.size} bytes, uploaded ${file.uploadedAt}<br><code>sha256 ${file.digests.sha256}</code></li>\n`)}</ul>
<h2>Description</h2>
<pre>${description ?? ''}</pre>`;
}
