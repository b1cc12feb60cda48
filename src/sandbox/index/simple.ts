import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { etag } from 'hono/etag';
import { html } from 'hono/html';
import type { Catalogue, Project, Release, StoredFile } from './catalogue.ts';
import { fileUrl } from './files.ts';
import { normalizeName } from './names.ts';
import type { Published } from './published.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const HTML_TYPE = 'application/vnd.pypi.simple.v1+html';
const API_VERSION = '1.4';

/** The simple pages, in JSON (PEP 691) and HTML (PEP 503), with metadata (PEP 658) and yanks (PEP 592). */
export function simpleRoutes(catalogue: Catalogue, published: Published): Hono {
  return new Hono()
    .use('/simple/*', etag())
    .get('/simple', (c) => c.redirect('/simple/', 301))
    .get('/simple/', (c) => {
      const names = catalogue
        .projects()
        .filter(({ status }) => status !== 'quarantined')
        .map(({ name, serial }) => ({ name, '_last-serial': serial }));
      const meta = { 'api-version': API_VERSION, '_last-serial': catalogue.serial };
      return answer(c, catalogue.serial, { meta, projects: names }, () => listPage(names.map(({ name }) => name)));
    })
    .get('/simple/:name', (c) => c.redirect(`/simple/${normalizeName(c.req.param('name'))}/`, 301))
    .get('/simple/:name/', (c) => {
      const name = c.req.param('name');
      const key = normalizeName(name);
      if (name !== key) return c.redirect(`/simple/${key}/`, 301);
      const project = published.project(key, 'simple');
      if (!project) return c.text('404 Not Found', 404);
      return answer(c, project.serial, detail(project, c), () => detailPage(project, c));
    });
}

type Page = ReturnType<typeof html>;

function answer(c: Context, serial: number, json: object, page: () => Page) {
  const type = accepts(c, {
    header: 'Accept',
    supports: ['text/html', HTML_TYPE, JSON_TYPE],
    default: 'text/html',
  });
  c.header('content-type', type === JSON_TYPE ? type : `${type}; charset=UTF-8`);
  c.header('cache-control', 'max-age=600, public');
  c.header('vary', 'Accept');
  c.header('x-pypi-last-serial', String(serial));
  return c.body(type === JSON_TYPE ? `${JSON.stringify(json)}\n` : String(page()));
}

function detail(project: Project, c: Context) {
  return {
    meta: { 'api-version': API_VERSION, '_last-serial': project.serial },
    name: normalizeName(project.name),
    'project-status': { status: project.status },
    versions: project.releases.filter(({ files }) => files.length > 0).map(({ version }) => version),
    files: filesOf(project).map(({ file, release }) => {
      const metadata = file.metadataSha256 ? { sha256: file.metadataSha256 } : false;
      return {
        filename: file.filename,
        url: fileUrl(c, file),
        hashes: { sha256: file.digests.sha256 },
        'requires-python': release.info.requires_python ?? null,
        size: file.size,
        'upload-time': file.uploadedAt,
        yanked: release.yanked ? release.yankedReason || true : false,
        'data-dist-info-metadata': metadata,
        'core-metadata': metadata,
        provenance: null,
      };
    }),
  };
}

function listPage(names: readonly string[]): Page {
  return html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta name="pypi:repository-version" content="${API_VERSION}">
    <title>Simple index</title>
  </head>
  <body>
${names.map((name) => html`    <a href="/simple/${normalizeName(name)}/">${name}</a><br />\n`)}  </body>
</html>
`;
}

function detailPage(project: Project, c: Context): Page {
  const name = normalizeName(project.name);
  return html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta name="pypi:repository-version" content="${API_VERSION}">
    <meta name="pypi:project-status" content="${project.status}">
    <title>Links for ${name}</title>
  </head>
  <body>
    <h1>Links for ${name}</h1>
${filesOf(project).map(({ file, release }) => html`    <a ${attributes(file, release, c)}>${file.filename}</a><br />\n`)}  </body>
</html>
<!--SERIAL ${project.serial}-->
`;
}

function attributes(file: StoredFile, release: Release, c: Context): Page {
  const { requires_python: python } = release.info;
  const metadata = file.metadataSha256 && `sha256=${file.metadataSha256}`;
  return html`href="${fileUrl(c, file)}#sha256=${file.digests.sha256}"${python ? html` data-requires-python="${python}"` : ''}${release.yanked ? html` data-yanked="${release.yankedReason}"` : ''}${metadata ? html` data-dist-info-metadata="${metadata}" data-core-metadata="${metadata}"` : ''}`;
}

function filesOf(project: Project): { file: StoredFile; release: Release }[] {
  return project.releases.flatMap((release) =>
    [...release.files].sort((a, b) => (a.filename < b.filename ? -1 : 1)).map((file) => ({ file, release })),
  );
}
