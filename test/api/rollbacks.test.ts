import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

const rollback = { project: 'sample', version: '1.1.0', reason: 'loses data' };
const ID = 'rollback:sample:1.1.0';

test('POST /rollbacks: a rollback is started by the caller, asks whether to roll forward and keeps the tags', async () => {
  const { status, body, headers } = await api.post('/v1/rollbacks', rollback);
  expect(status).toBe(202);
  const { runId } = api.runs.open.get(ID)!.state;
  const self = `/v1/runs/${ID}?run=${runId}`;
  expect(body).toEqual({ id: ID, runId, version: '1.1.0', links: { self, project: '/v1/projects/sample' } });
  expect(headers.get('location')).toBe(self);
  expect(api.runs.started).toMatchObject([
    { kind: 'rollback', request: { schema: 1, ...rollback, rollForward: 'ask', tags: 'keep', startedBy: 'rita' } },
  ]);
});

test('POST /rollbacks: an operator may start one as well, a tech lead or a viewer may not', async () => {
  expect((await api.post('/v1/rollbacks', rollback, { as: 'otto' })).status).toBe(202);
  for (const as of ['tom', 'vera', 'nora']) {
    const { status, body } = await api.post('/v1/rollbacks', { ...rollback, version: '1.2.0' }, { as });
    expect([status, body.code]).toEqual([403, 'forbidden']);
  }
  expect((await api.post('/v1/releases', { project: 'sample', version: '9.0.0' }, { as: 'otto' })).status).toBe(403);
});

test('POST /rollbacks: a second one of the version answers 409 with the open run', async () => {
  const first = await api.post('/v1/rollbacks', rollback, { key: 'one' });
  const second = await api.post('/v1/rollbacks', rollback, { key: 'two' });
  expect(second).toMatchObject({ status: 409, body: { code: 'run-open', run: { id: ID, runId: first.body.runId } } });
});

test('POST /rollbacks: the same key and body is the same run, even after it has ended', async () => {
  const first = await api.post('/v1/rollbacks', rollback, { key: 'k' });
  await api.archive.putRun({ id: ID, runId: first.body.runId, outcome: 'rolled-back' });
  api.runs.open.clear();
  const again = await api.post('/v1/rollbacks', rollback, { key: 'k' });
  expect([again.status, again.body]).toEqual([202, first.body]);
  expect(api.runs.started).toHaveLength(1);
});

test('POST /rollbacks: a version that is rolled back answers 409; a withdrawn rollback may be tried again', async () => {
  await api.archive.putRun({ id: ID, runId: 'r1', outcome: 'withdrawn' });
  expect((await api.post('/v1/rollbacks', rollback)).status).toBe(202);
  api.runs.open.clear();
  await api.archive.putRun({ id: ID, runId: 'r2', outcome: 'rolled-back' });
  const answer = await api.post('/v1/rollbacks', rollback);
  expect(answer).toMatchObject({ status: 409, body: { code: 'rolled-back-already' } });
});

test.each<[string, unknown, string[]]>([
  ['no reason', { project: 'sample', version: '1.1.0' }, ['reason']],
  ['an empty reason', { ...rollback, reason: ' ' }, ['reason']],
  ['a version with a v', { ...rollback, version: 'v1.1.0' }, ['version']],
  ['an answer that is none', { ...rollback, rollForward: 'maybe' }, ['rollForward']],
  ['tags that are neither kept nor moved', { ...rollback, tags: 'delete' }, ['tags']],
  ['a starter in the body', { ...rollback, startedBy: 'eve' }, ['startedBy']],
  ['everything wrong at once', { project: '-x', version: 1, tags: 'x' }, ['project', 'version', 'reason', 'tags']],
])('POST /rollbacks: %s is told with its place', async (_, body, places) => {
  const answer = await api.post('/v1/rollbacks', body);
  expect([answer.status, answer.body.code]).toEqual([422, 'request-invalid']);
  expect(answer.body.faults.map(({ path }: { path: string }) => path)).toEqual(places);
  expect(api.runs.started).toEqual([]);
});

test('POST /rollbacks: a project that is not there is told, and starts nothing', async () => {
  const answer = await api.post('/v1/rollbacks', { ...rollback, project: 'other' });
  expect(answer.body.code).toBe('project-unknown');
  expect(api.runs.started).toEqual([]);
});
