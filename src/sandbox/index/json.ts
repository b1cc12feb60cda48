import { explain, rcompare } from '@renovatebot/pep440';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { etag } from 'hono/etag';
import type { Project, Release } from './catalogue.ts';
import { fileUrl } from './files.ts';
import { normalizeName, sameVersion } from './names.ts';
import type { Published } from './published.ts';

/** The index's own JSON of a project and of one release. */
export function jsonRoutes(published: Published): Hono {
  return new Hono()
    .use('/pypi/*', cors(), etag())
    .get('/pypi/:name/json', (c) => {
      const project = published.project(normalizeName(c.req.param('name')), 'json');
      const release = project && latest(project);
      if (!project || !release) return c.json({ message: 'Not Found' }, 404);
      const releases = Object.fromEntries(project.releases.map((each) => [each.version, urls(each, c)]));
      return answer(c, project, { ...data(project, release, c), releases });
    })
    .get('/pypi/:name/:version/json', (c) => {
      const project = published.project(normalizeName(c.req.param('name')), 'json');
      const release = project?.releases.find(({ version }) => sameVersion(version, c.req.param('version')));
      if (!project || !release) return c.json({ message: 'Not Found' }, 404);
      return answer(c, project, data(project, release, c));
    });
}

/** A yanked release or a pre-release only where there is nothing better. */
export function latest(project: Project): Release | undefined {
  const rank = ({ version, yanked }: Release) => Number(yanked) * 2 + Number(explain(version)?.is_prerelease ?? false);
  return [...project.releases].sort((a, b) => rank(a) - rank(b) || rcompare(a.version, b.version))[0];
}

function answer(c: Context, project: Project, body: object) {
  c.header('cache-control', 'max-age=900, public');
  c.header('x-pypi-last-serial', String(project.serial));
  return c.json(body);
}

function data(project: Project, release: Release, c: Context) {
  const page = (path: string) => new URL(path, new URL('/', c.req.url)).href;
  return {
    info: {
      name: project.name,
      version: release.version,
      ...release.info,
      downloads: { last_day: -1, last_week: -1, last_month: -1 },
      package_url: page(`project/${project.name}/`),
      project_url: page(`project/${project.name}/`),
      release_url: page(`project/${project.name}/${release.version}/`),
      docs_url: null,
      bugtrack_url: null,
      yanked: release.yanked,
      yanked_reason: release.yankedReason || null,
    },
    urls: urls(release, c),
    vulnerabilities: [],
    last_serial: project.serial,
    ownership: { roles: project.owners.map((user) => ({ role: 'Owner', user })), organization: null },
  };
}

function urls(release: Release, c: Context) {
  return release.files.map((file) => ({
    filename: file.filename,
    packagetype: file.packagetype,
    python_version: file.pythonVersion,
    has_sig: false,
    comment_text: file.comment || null,
    md5_digest: file.digests.md5,
    digests: file.digests,
    'core-metadata': file.metadataSha256 ? { sha256: file.metadataSha256 } : false,
    size: file.size,
    downloads: -1,
    upload_time: file.uploadedAt.slice(0, 19),
    upload_time_iso_8601: file.uploadedAt,
    url: fileUrl(c, file),
    requires_python: release.info.requires_python ?? null,
    yanked: release.yanked,
    yanked_reason: release.yankedReason || null,
  }));
}
