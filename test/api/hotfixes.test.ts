import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

const hotfix = { project: 'sample', title: 'no crash on empty input' };
const SHA = 'a'.repeat(40);

test('POST /hotfixes: without a version it is the next patch, which the repository tells', async () => {
  api.runs.inspection = { next: '1.0.1' };
  const { status, body } = await api.post('/v1/hotfixes', { ...hotfix, issue: 5, commits: [SHA, '#12'] });
  expect([status, body]).toMatchObject([202, { id: 'hotfix:sample:1.0.1', version: '1.0.1' }]);
  expect(api.runs.started[0]).toMatchObject({
    kind: 'hotfix',
    request: { schema: 1, title: hotfix.title, issue: 5, commits: [SHA, '#12'], startedBy: 'rita' },
  });
});

test('POST /hotfixes: the same key and body is the same run, another key is told of it', async () => {
  const wanted = { ...hotfix, version: '1.0.1' };
  const first = await api.post('/v1/hotfixes', wanted, { key: 'k' });
  const again = await api.post('/v1/hotfixes', wanted, { key: 'k' });
  expect([again.status, again.body]).toEqual([202, first.body]);
  expect(await api.post('/v1/hotfixes', wanted, { key: 'other' })).toMatchObject({
    status: 409,
    body: { code: 'run-open', run: { id: 'hotfix:sample:1.0.1' } },
  });
});

test('POST /hotfixes: a version that was published by one is spent', async () => {
  await api.archive.putRun({ id: 'hotfix:sample:1.0.1', runId: 'r1', outcome: 'released' });
  const answer = await api.post('/v1/hotfixes', { ...hotfix, version: '1.0.1' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'version-taken' } });
});

test('POST /hotfixes: a base that the repository does not have is told as it is', async () => {
  api.runs.inspection = {
    next: null,
    problem: { code: 'base-unknown', message: 'v9.9.9 is no tag of a version of this project', remedy: 'Name a tag.' },
  };
  const answer = await api.post('/v1/hotfixes', { ...hotfix, base: 'v9.9.9' });
  expect(answer).toMatchObject({
    status: 422,
    body: { code: 'base-unknown', detail: expect.stringContaining('v9.9.9') },
  });
  expect(api.runs.started).toEqual([]);
});

test('POST /hotfixes: every fault is told at once, and nothing is started', async () => {
  const { status, body } = await api.post('/v1/hotfixes', {
    project: 'Sample; rm -rf /',
    title: 'two\nlines',
    issue: 0,
    base: '--upload-pack=evil',
    commits: ['main', '#0'],
    version: 'v1',
    further: true,
  });
  expect(status).toBe(422);
  const paths = (body.faults as { path: string }[]).map(({ path }) => path).toSorted();
  expect(paths).toEqual(['base', 'commits[0]', 'commits[1]', 'further', 'issue', 'project', 'title', 'version']);
  expect(api.runs.started).toEqual([]);
});

test('POST /hotfixes: who may only look starts nothing', async () => {
  expect((await api.post('/v1/hotfixes', hotfix, { as: 'vera' })).status).toBe(403);
});

test('POST fix: whoever may tick off says that the fix is ready, for a hotfix alone', async () => {
  const { body } = await api.post('/v1/hotfixes', { ...hotfix, version: '1.0.1' });
  const answer = await api.post(`/v1/runs/${body.id}/fix`, { commits: [SHA] });
  expect(answer).toMatchObject({ status: 200, body: { fix: { by: 'rita', commits: [SHA] } } });
  const { id } = await api.openRelease();
  expect(await api.post(`/v1/runs/${id}/fix`, { commits: [SHA] })).toMatchObject({
    status: 409,
    body: { code: 'refused', detail: 'a release waits for no fix' },
  });
  expect((await api.post(`/v1/runs/${body.id}/fix`, { commits: ['abc'] })).status).toBe(422);
});
