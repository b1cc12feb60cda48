import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMIT, openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

test('GET run: a run is shown as its worker tells it', async () => {
  const { runId } = await api.openRelease();
  const answer = await api.get('/v1/runs/release:sample:1.1.0', { as: 'vera' });
  expect(answer).toMatchObject({
    status: 200,
    body: { runId, kind: 'release', phase: 'approve', commit: COMMIT, live: true, steps: [], startedBy: 'rita' },
  });
  expect((await api.get(`/v1/runs/release:sample:1.1.0?run=${runId}`)).status).toBe(200);
});

test('GET run: whom the worker leaves waiting is answered from the archive, and told so', async () => {
  const { state } = await api.openRelease();
  await api.archive.putRun(JSON.parse(JSON.stringify({ ...state, phase: 'test' })));
  api.runs.silent = true;
  expect((await api.get('/v1/runs/release:sample:1.1.0')).body).toMatchObject({
    live: false,
    phase: 'test',
    commit: COMMIT,
  });
  api.runs.reachable = false;
  expect((await api.get('/v1/runs/release:sample:1.1.0')).body).toMatchObject({ live: false, phase: 'test' });
});

test('GET run: of a silent run that nothing was kept of, what lists know is shown', async () => {
  await api.openRelease();
  api.runs.silent = true;
  expect((await api.get('/v1/runs/release:sample:1.1.0')).body).toMatchObject({
    live: false,
    phase: 'approve',
    steps: [],
  });
});

test('GET run: a run that Temporal has forgotten is remembered by the archive', async () => {
  await api.archive.putRun(api.oldRun('0.9.0'));
  expect((await api.get('/v1/runs/release:sample:0.9.0')).body).toMatchObject({ live: false, outcome: 'released' });
});

test.each([
  'release:sample:7.7.7',
  'release:sample',
  'inspect:sample:1.0.0',
  '..%2f..%2fetc',
  'release:sample:1.0.0?run=x',
])('GET run: %s is no run', async (id) => {
  expect(await api.get(`/v1/runs/${id}`)).toMatchObject({ status: 404, body: { code: 'run-unknown' } });
});

test('GET run: neither Temporal nor the archive: 503, not a run that is not there', async () => {
  api.runs.reachable = false;
  expect(await api.get('/v1/runs/release:sample:7.7.7')).toMatchObject({
    status: 503,
    body: { code: 'temporal-unreachable' },
  });
});

test('GET checklist: Markdown, ticked from the run as its worker tells it', async () => {
  const { state } = await api.openRelease();
  state.steps.push({
    ...{ id: 'release.tag', title: 'Tag', status: 'done', attempt: 1, startedAt: '', summary: 'v1.1.0 <b>' },
    ...{ evidence: [], skippable: false },
  });
  const answer = await api.app.request('/v1/runs/release:sample:1.1.0/checklist', {
    headers: { authorization: 'Bearer token-of-vera' },
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/markdown; charset=utf-8']);
  const text = await answer.text();
  expect(text).toContain('# Release Checklist: v1.1.0');
  expect(text).toContain('- [x] Tag created and pushed: v1.1.0 &lt;b>');
  expect(text).toContain('- [ ] Tech Lead approval');
});

test('GET checklist: of an old run from the archive, and to nobody who may not look', async () => {
  const old = { id: 'release:sample:0.9.0', runId: 'r', version: '0.9.0', outcome: 'released', status: 'ended' };
  await api.archive.putRun(old);
  const ask = (person: string) =>
    api.app.request('/v1/runs/release:sample:0.9.0/checklist', {
      headers: { authorization: `Bearer token-of-${person}` },
    });
  expect(await (await ask('rita')).text()).toContain('v0.9.0');
  expect((await ask('nora')).status).toBe(403);
});

test('GET checklist: of a run that nothing is known of but that it is there: 503', async () => {
  await api.openRelease();
  api.runs.silent = true;
  expect(await api.get('/v1/runs/release:sample:1.1.0/checklist')).toMatchObject({
    status: 503,
    body: { code: 'worker-silent' },
  });
});

test('GET runs: pages go on where the last one ended, and then to what only the archive remembers', async () => {
  for (const version of ['1.1.0', '1.2.0', '1.3.0']) await api.openRelease(version);
  const old = {
    project: 'sample',
    kind: 'release',
    waitingFor: [],
    status: 'ended',
    outcome: 'released',
    phase: 'publish',
  };
  for (const [index, version] of ['0.8.0', '0.9.0'].entries()) {
    await api.archive.putRun({
      ...old,
      id: `release:sample:${version}`,
      runId: `r${index}`,
      version,
      startedAt: `2025-0${index + 1}-01`,
    });
  }
  await api.archive.putRun(JSON.parse(JSON.stringify(api.runs.open.get('release:sample:1.1.0')!.state)));

  const seen: string[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const { status, body } = await api.get(`/v1/runs?limit=2${next && `&cursor=${next}`}`);
    expect(status).toBe(200);
    seen.push(...body.runs.map((run: { version: string }) => run.version));
    next = body.next;
  }
  expect(seen).toEqual(['1.1.0', '1.2.0', '1.3.0', '0.9.0', '0.8.0']);
});

test.each([
  ['limit=0', 'limit'],
  ['limit=1000', 'limit'],
  ['cursor=!!', 'cursor'],
  ['cursor=YWJj', 'cursor'],
  ['kind=plan', 'kind'],
  ['status=broken', 'status'],
  ["waitingFor=x'%20OR%20'1", 'waitingFor'],
  ["project=x'%20OR", 'project'],
  ['projct=x', 'projct'],
  ['limit=1&limit=2', 'limit'],
])('GET runs: ?%s is refused', async (query, path) => {
  expect(await api.get(`/v1/runs?${query}`)).toMatchObject({ status: 422, body: { faults: [{ path }] } });
});

test('GET runs: whoever has no role at all sees nothing', async () => {
  expect((await api.get('/v1/runs', { as: 'nora' })).status).toBe(403);
  expect((await api.get('/v1/projects', { as: 'nora' })).status).toBe(403);
  expect((await api.get('/v1/runs', { as: 'vera' })).status).toBe(200);
});

test('GET artifact: only what the run itself names, and only to be kept', async () => {
  const { state } = await api.openRelease();
  const page = await api.artifacts.put('report.html', '<script>alert(1)</script>');
  const other = await api.artifacts.put('other.txt', 'of another run');
  const step = {
    id: 'a',
    title: '',
    status: 'done' as const,
    attempt: 1,
    startedAt: '',
    summary: '',
    skippable: false,
  };
  state.steps.push({ ...step, evidence: [{ name: 'report', artifact: page }] });
  state.refusals.push({ at: '', signal: 'check', by: 'eve', reason: '', requestId: '', sent: other.digest });

  const path = '/v1/runs/release:sample:1.1.0/artifacts';
  const answer = await api.app.request(`${path}/${page.digest}`, {
    headers: { authorization: 'Bearer token-of-vera' },
  });
  expect(await answer.text()).toBe('<script>alert(1)</script>');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="report.html"',
    'content-security-policy': expect.stringMatching(/default-src 'none'.*; sandbox/),
    'x-content-type-options': 'nosniff',
  });
  for (const digest of [other.digest, 'sha256:x', '..%2f..%2fhook']) {
    expect(await api.get(`${path}/${digest}`)).toMatchObject({ status: 404 });
  }
});

test('GET projects: each with its current and suggested version and its open runs', async () => {
  await api.openRelease();
  const { body } = await api.get('/v1/projects', { as: 'vera' });
  expect(body.projects).toMatchObject([
    { project: 'sample', current: '1.0.0', suggested: '1.1.0', openRuns: [{ id: 'release:sample:1.1.0' }] },
  ]);
  expect((await api.get('/v1/projects/sample')).body).toMatchObject({ project: 'sample', policy: 'light' });
  expect(api.runs.inspected).toHaveLength(1);
});

test('GET next: the next version and why', async () => {
  expect((await api.get('/v1/projects/sample/next?bump=minor')).body).toMatchObject({
    last: '1.0.0',
    next: '1.1.0',
    reasons: ['feat'],
  });
  expect((await api.get('/v1/projects/sample/next?bump=huge')).status).toBe(422);
});

test.each(['nobody', '-x', '..%2fslipway', 'SAMPLE', '%24(id)'])(
  'GET projects/%s: there is no such page',
  async (name) => {
    expect(await api.get(`/v1/projects/${name}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(api.runs.inspected).toEqual([]);
  },
);
