import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sdist, wheel } from '../support/distribution.ts';
import { freshIndex } from './index-setup.ts';

const world = freshIndex();
const { upload, simple, json } = world;

const page = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${world.index.url}${path}`, { headers, redirect: 'manual' });

test('index: the simple page lists every file with hash, size, time and Python version', async () => {
  const [file, source] = [wheel(world.folder), await sdist(world.folder)];
  await upload(file);
  await upload(source);

  const listed = await (await simple()).json();

  expect(listed).toMatchObject({
    meta: { 'api-version': '1.4', '_last-serial': 2 },
    name: 'sample',
    'project-status': { status: 'active' },
    versions: ['1.2.0'],
    files: [
      {
        filename: file.filename,
        hashes: { sha256: file.sha256 },
        'requires-python': '>=3.9',
        size: readFileSync(file.file).length,
        'upload-time': '2026-03-01T12:00:00.000Z',
        yanked: false,
        'core-metadata': { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
      { filename: source.filename, hashes: { sha256: source.sha256 }, 'core-metadata': false },
    ],
  });
});

test('index: versions stand in their order, pre-releases before their release', async () => {
  for (const version of ['1.10.0', '1.2.0', '1.10.0rc1']) await upload(wheel(world.folder, { version }));

  const { versions } = (await (await simple()).json()) as { versions: string[] };
  expect(versions).toEqual(['1.2.0', '1.10.0rc1', '1.10.0']);
});

test.each([
  [undefined, 'text/html; charset=UTF-8'],
  ['*/*', 'text/html; charset=UTF-8'],
  ['application/vnd.pypi.simple.v1+html', 'application/vnd.pypi.simple.v1+html; charset=UTF-8'],
  ['application/vnd.pypi.simple.v1+json, text/html;q=0.01', 'application/vnd.pypi.simple.v1+json'],
  ['text/html, application/vnd.pypi.simple.v1+json;q=0.5', 'text/html; charset=UTF-8'],
])('index: who accepts %s is answered in %s', async (accept, type) => {
  await upload(wheel(world.folder));

  for (const path of ['/simple/', '/simple/sample/']) {
    const answer = await page(path, accept === undefined ? {} : { accept });
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('vary')).toBe('Accept');
  }
});

test('index: the HTML page says the same as the JSON', async () => {
  const file = wheel(world.folder);
  await upload(file);

  const html = await (await page('/simple/sample/')).text();

  expect(html).toContain(`/${file.filename}#sha256=${file.sha256}"`);
  expect(html).toContain('data-requires-python="&gt;=3.9"');
  expect(html).toMatch(/data-core-metadata="sha256=[0-9a-f]{64}"/);
  expect(await (await page('/simple/')).text()).toContain('<a href="/simple/sample/">sample</a>');
});

test('index: a page that has not changed is not sent again', async () => {
  await upload(wheel(world.folder));
  const etag = (await page('/simple/sample/')).headers.get('etag') ?? '';

  expect((await page('/simple/sample/', { 'if-none-match': etag })).status).toBe(304);
  await upload(await sdist(world.folder));
  expect((await page('/simple/sample/', { 'if-none-match': etag })).status).toBe(200);
});

test('index: a name that is not normalized leads to the one that is', async () => {
  const answer = await page('/simple/Some.Thing/');

  expect([answer.status, answer.headers.get('location')]).toEqual([301, '/simple/some-thing/']);
});

test('index: files and a wheel’s metadata are served as they were uploaded', async () => {
  const file = wheel(world.folder, { description: 'naïve' });
  await upload(file);
  const { urls } = (await (await json()).json()) as { urls: { url: string }[] };
  const url = urls[0]?.url ?? '';

  expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(readFileSync(file.file));
  expect(await (await fetch(`${url}.metadata`)).text()).toMatch(/^Metadata-Version: 2\.1\nName: sample\n[\s\S]*naïve$/);
  expect((await fetch(url.replace('.whl', '.zip'))).status).toBe(404);
});

test.each(['/packages/../state.json', '/packages/%2e%2e/state.json', '/packages/..%2fstate.json', '/packages/%ff'])(
  'index: nothing but its files is read from the disk by %s',
  async (path) => {
    await upload(wheel(world.folder));

    expect((await page(path)).status).toBe(404);
  },
);

test('index: the JSON of a version names files, digests and owners', async () => {
  const file = wheel(world.folder);
  await upload(file, { summary: 'a sample', project_urls: 'Source, https://example.org/sample' });

  const answer = await json('1.2');

  expect(answer.headers.get('x-pypi-last-serial')).toBe('1');
  const body = (await answer.json()) as object;
  expect(body).toMatchObject({
    info: {
      name: 'sample',
      version: '1.2.0',
      summary: 'a sample',
      project_urls: { Source: 'https://example.org/sample' },
      release_url: `${world.index.url}/project/sample/1.2.0/`,
      yanked: false,
      yanked_reason: null,
    },
    urls: [{ filename: file.filename, digests: { sha256: file.sha256 }, packagetype: 'bdist_wheel', yanked: false }],
    ownership: { roles: [{ role: 'Owner', user: 'ann' }] },
  });
  expect(body).not.toHaveProperty('releases');
});

test('index: the JSON of a project is that of its highest stable version, with all releases', async () => {
  for (const version of ['1.2.0', '1.3.0rc1', '1.1.0']) await upload(wheel(world.folder, { version }));

  const body = await (await fetch(`${world.index.jsonUrl}/sample/json`)).json();

  expect(body).toMatchObject({
    info: { version: '1.2.0' },
    releases: { '1.1.0': [{}], '1.2.0': [{}], '1.3.0rc1': [{}] },
  });
});

test('index: what nobody uploaded is not found', async () => {
  await upload(wheel(world.folder));

  expect((await simple('other')).status).toBe(404);
  expect((await json('1.2.1')).status).toBe(404);
  expect((await json('1.2.0', 'other')).status).toBe(404);
  expect((await json('not-a-version')).status).toBe(404);
  expect((await page('/project/sample/9.9/')).status).toBe(404);
});

test('index: a person reads what was uploaded, and what they write is shown as text', async () => {
  await upload(wheel(world.folder), { summary: '<script>alert(1)</script>' });

  const html = await (await page('/project/sample/1.2.0/')).text();

  expect(html).toContain('<h1>sample 1.2.0</h1>');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).not.toContain('<script>');
  expect(await (await page('/')).text()).toContain('/project/sample/1.2.0/');
});

test('index: a quarantined project is gone from every page, takes nothing, and comes back', async () => {
  await upload(wheel(world.folder));
  const quarantine = `${world.index.url}/_sandbox/projects/sample/quarantine`;
  const statuses = async () => [
    (await simple()).status,
    (await json()).status,
    (await page('/project/sample/1.2.0/')).status,
  ];

  expect((await fetch(quarantine, { method: 'PUT' })).status).toBe(204);
  expect(await statuses()).toEqual([404, 404, 404]);
  expect((await upload(await sdist(world.folder))).status).toBe(403);
  expect((await page('/simple/')).text()).not.toContain('sample');
  expect((await fetch(quarantine, { method: 'DELETE' })).status).toBe(204);
  expect(await statuses()).toEqual([200, 200, 200]);
});

test('index: stale pages show the former state for as many reads as were set', async () => {
  await upload(wheel(world.folder));
  world.index.control.stale('sample', { reads: 2 });
  const versions = async () => ((await (await simple()).json()) as { versions: string[] }).versions;

  expect(await versions()).toEqual(['1.2.0']);
  await upload(wheel(world.folder, { version: '1.3.0' }));

  expect(await versions()).toEqual(['1.2.0']);
  expect(await versions()).toEqual(['1.2.0']);
  expect(await versions()).toEqual(['1.2.0', '1.3.0']);
});

test('index: a first version stays unseen until the pages are released, while the same file again is known', async () => {
  const release = world.index.control.stale('sample');
  const file = wheel(world.folder);
  await upload(file);

  expect((await simple()).status).toBe(404);
  expect((await json()).status).toBe(404);
  expect((await upload(file)).status).toBe(200);
  release();
  expect((await simple()).status).toBe(200);
  expect(world.journal.changes()).toHaveLength(1);
});

test('index: the simple page alone can lag behind, set from another process', async () => {
  const staleness = `${world.index.url}/_sandbox/projects/sample/staleness`;
  const set = (body: unknown) => fetch(staleness, { method: 'PUT', body: JSON.stringify(body) });

  expect((await set({ pages: ['simple'] })).status).toBe(204);
  expect((await set({ pages: ['html'] })).status).toBe(422);
  expect((await set({ reads: 0 })).status).toBe(422);
  await upload(wheel(world.folder));

  expect([(await simple()).status, (await json()).status]).toEqual([404, 200]);
  await fetch(staleness, { method: 'DELETE' });
  expect((await simple()).status).toBe(200);
});

test('index: reading can fail by plan', async () => {
  await upload(wheel(world.folder));
  world.journal.fault({
    server: 'index',
    action: 'read',
    target: '/simple/sample/',
    when: 'before',
    status: 500,
    times: 1,
  });

  expect([(await json()).status, (await simple()).status, (await simple()).status]).toEqual([200, 500, 200]);
});

test('index: a restart loses nothing: files, pages, the same file again, a quarantine', async () => {
  const file = wheel(world.folder);
  await upload(file);
  await upload(wheel(world.folder, { name: 'evil' }));
  world.index.control.quarantine('evil');
  const before = (await (await simple()).text()).replaceAll(world.index.url, '');

  await world.index.close();
  await world.start();

  expect((await (await simple()).text()).replaceAll(world.index.url, '')).toBe(before);
  expect((await upload(file)).status).toBe(200);
  expect(world.journal.changes()).toHaveLength(2);
  expect((await simple('evil')).status).toBe(404);
});
