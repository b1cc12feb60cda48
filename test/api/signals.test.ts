import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMonitor } from '../../src/domain/run/monitor.ts';
import { openWindow } from '../../src/domain/run/watching.ts';
import { COMMIT, MANIFEST, openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
let run: Awaited<ReturnType<ReturnType<typeof openApi>['openRelease']>>;
beforeEach(async () => {
  api = openApi();
  run = await api.openRelease();
});
afterEach(() => api.close());

const signOff = { role: 'tech-lead', decision: 'approve', commit: COMMIT, manifest: MANIFEST };
const path = (what: string, id = 'release:sample:1.1.0') => `/v1/runs/${id}/${what}`;

test('POST sign-offs: one that counts is answered with the run', async () => {
  const answer = await api.post(path('sign-offs'), signOff, { as: 'tom' });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ live: true, signOffs: [{ by: 'tom', role: 'tech-lead', decision: 'approve' }] });
  expect(answer.body).not.toHaveProperty('frozen');
  expect(answer.body).not.toHaveProperty('answers');
});

test('POST sign-offs: the colons of the id may be raw or encoded, and nothing else', async () => {
  expect((await api.post(path('sign-offs', 'release%3Asample%3a1.1.0'), signOff, { as: 'tom' })).status).toBe(200);
  for (const id of [
    'release:s%61mple:1.1.0',
    'release:sample:v1.1.0',
    'lane:sample:1.1.0',
    'release:-x:1.1.0',
    'release:sample:1.1.0%00',
    'release::1.1.0',
  ]) {
    expect(await api.post(path('sign-offs', id), signOff, { as: 'tom' })).toMatchObject({
      status: 404,
      body: { code: 'run-unknown' },
    });
  }
});

test('POST sign-offs: a refused one is answered 409 with the reason and what the run is about now', async () => {
  const stale = { ...signOff, commit: 'c'.repeat(40) };
  const answer = await api.post(path('sign-offs'), stale, { as: 'tom' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'refused', run: { commit: COMMIT, manifest: MANIFEST } } });
  expect(answer.body.detail).toContain(`the commit is ${COMMIT} now`);
  const wrongRole = await api.post(path('sign-offs'), signOff, { as: 'otto' });
  expect(wrongRole).toMatchObject({ status: 409, body: { detail: 'otto does not hold the role tech-lead' } });
});

test('POST sign-offs: the same request twice counts once, with another body it is an error', async () => {
  expect((await api.post(path('sign-offs'), signOff, { as: 'tom', key: 'k' })).status).toBe(200);
  expect((await api.post(path('sign-offs'), signOff, { as: 'tom', key: 'k' })).status).toBe(200);
  expect(run.state.signOffs).toHaveLength(1);
  const other = await api.post(path('sign-offs'), { ...signOff, decision: 'reject' }, { as: 'tom', key: 'k' });
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  expect(run.state.signOffs).toHaveLength(1);
});

test('POST sign-offs: where no worker has looked yet the answer is 202', async () => {
  api.runs.silent = true;
  const answer = await api.post(path('sign-offs'), signOff, { as: 'tom', key: 'k' });
  expect(answer).toMatchObject({ status: 202, body: { requestId: 'k', answer: 'pending' } });
  expect(run.state.signOffs).toHaveLength(1);
});

test('POST sign-offs: before the run knows its people it is kept, and answered 202', async () => {
  delete run.state.frozen;
  const answer = await api.post(path('sign-offs'), signOff, { as: 'tom' });
  expect(answer).toMatchObject({ status: 202, body: { id: run.id, live: true } });
  expect(run.state.inbox).toHaveLength(1);
}, 10_000);

test('POST decisions: a blocked step takes a decision for this very attempt', async () => {
  const problem = { code: 'gate-failed' as const, message: 'no', remedy: '' };
  run.state.steps.push({
    id: 'test.gate.tests',
    title: 'tests',
    status: 'blocked',
    attempt: 2,
    startedAt: '',
    summary: '',
    evidence: [],
    problem,
    skippable: true,
  });
  const decision = { step: 'test.gate.tests', attempt: 1, action: 'retry', reason: 'flaky' };
  expect(await api.post(path('decisions'), decision)).toMatchObject({ status: 409, body: { code: 'refused' } });
  expect(await api.post(path('decisions'), { ...decision, attempt: 2 }, { as: 'otto' })).toMatchObject({ status: 200 });
});

test('POST pause, resume, abort: by a releaser or an operator, with a reason', async () => {
  expect(await api.post(path('pause'), { reason: 'lunch' })).toMatchObject({
    status: 200,
    body: { paused: { by: 'rita' } },
  });
  expect(await api.post(path('pause'), { reason: 'again' })).toMatchObject({ status: 409 });
  expect((await api.post(path('resume'), { reason: 'back' }, { as: 'otto' })).body).not.toHaveProperty('paused');
  expect(await api.post(path('abort'), { reason: 'wrong commit' })).toMatchObject({
    status: 200,
    body: { aborted: { by: 'rita' } },
  });
});

test.each([
  ['vera', 'sign-offs', signOff],
  ['vera', 'checks', { item: 'a', passed: true, commit: COMMIT, manifest: MANIFEST }],
  ['tom', 'decisions', { step: 'a', attempt: 1, action: 'retry', reason: 'r' }],
  ['tom', 'abort', { reason: 'r' }],
  ['vera', 'pause', { reason: 'r' }],
  ['nora', 'resume', { reason: 'r' }],
])('POST: %s may not send %s, and the run is not told', async (as, what, body) => {
  expect(await api.post(path(what), body, { as })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(run.state.answers).toEqual({});
  expect(run.state.refusals).toEqual([]);
});

test.each<[string, string, unknown, string[]]>([
  ['sign-offs', 'everything missing', {}, ['role', 'decision', 'commit', 'manifest']],
  ['sign-offs', 'a sender in the body', { ...signOff, by: 'tom' }, ['by']],
  [
    'sign-offs',
    'a request id and proof in the body',
    { ...signOff, requestId: 'x', proof: 'y' },
    ['requestId', 'proof'],
  ],
  ['sign-offs', 'a short commit', { ...signOff, commit: 'abc1234' }, ['commit']],
  ['sign-offs', 'a manifest that is none', { ...signOff, manifest: 'sha256:x' }, ['manifest']],
  ['sign-offs', 'a role that is none', { ...signOff, role: 'boss' }, ['role']],
  ['checks', 'passed as text', { item: 'a', passed: 'yes', commit: COMMIT, manifest: MANIFEST }, ['passed']],
  ['decisions', 'a step for a shell', { step: '$(id)', attempt: 1, action: 'retry', reason: 'r' }, ['step']],
  ['decisions', 'no attempt', { step: 'a', attempt: 0, action: 'retry', reason: 'r' }, ['attempt']],
  ['decisions', 'an action that is none', { step: 'a', attempt: 1, action: 'force', reason: 'r' }, ['action']],
  ['abort', 'no reason', { reason: '  ' }, ['reason']],
  ['abort', 'a reason without end', { reason: 'x'.repeat(4001) }, ['reason']],
  ['abort', 'a control character', { reason: 'a\u0000b' }, ['reason']],
])('POST %s with %s is refused with every fault', async (what, _why, body, paths) => {
  const answer = await api.post(path(what), body);
  expect(answer.status).toBe(422);
  expect(answer.body.faults.map((fault: { path: string }) => fault.path)).toEqual(paths);
  expect(run.state.answers).toEqual({});
});

test('POST: a key that is none is refused', async () => {
  const answer = await api.post(path('abort'), { reason: 'r' }, { key: 'a b' });
  expect(answer).toMatchObject({ status: 422, body: { faults: [{ path: 'Idempotency-Key' }] } });
});

test('POST: a run that has ended answers 409, one that never was 404', async () => {
  api.runs.open.clear();
  api.runs.closed.push({ ...run.state, status: 'ended', outcome: 'withdrawn' });
  const ended = await api.post(path('abort'), { reason: 'r' });
  expect(ended).toMatchObject({ status: 409, body: { code: 'run-ended', run: { outcome: 'withdrawn' } } });
  expect(await api.post(path('abort', 'release:sample:7.0.0'), { reason: 'r' })).toMatchObject({ status: 404 });
});

const opened = () => {
  run.state.window = openWindow({ length: 3600, monitor: 'monitor:sample:1.1.0', now: new Date().toISOString() });
  return run.state.window;
};

test('POST watch: an answer to the window counts for its attempt, and a stale one is refused with the reason', async () => {
  const answer = { attempt: 1, action: 'extend', hours: 2, reason: 'a slow source' };
  expect(await api.post(path('watch'), answer, { as: 'otto' })).toMatchObject({
    status: 409,
    body: { code: 'refused', detail: 'nothing is watched yet' },
  });
  const window = opened();
  expect((await api.post(path('watch'), { ...answer, attempt: 2 }, { as: 'otto' })).body.detail).toContain('attempt 1');
  expect(await api.post(path('watch'), answer, { as: 'otto' })).toMatchObject({
    status: 200,
    body: { window: { answers: [{ action: 'extend', by: 'otto', hours: 2 }] } },
  });
  expect(window.answers).toHaveLength(1);
  expect(await api.post(path('watch'), answer, { as: 'tom' })).toMatchObject({ status: 403 });
  expect(await api.post(path('watch'), { ...answer, action: 'forget' }, { as: 'otto' })).toMatchObject({ status: 422 });
});

test('GET run: an open window shows what its monitor read last, and what the run knows where that is silent', async () => {
  const window = opened();
  const probe = {
    name: 'tag',
    kind: 'tag',
    health: 'healthy',
    note: 'as last told',
    value: null,
    at: 0,
    since: 0,
    bad: 0,
  };
  window.probes = [
    { ...probe, kind: 'tag', health: 'healthy', taken: { healthy: 1, unhealthy: 0, unknown: 0 }, readings: [] },
  ];
  const shown = async () => (await api.get(`/v1/runs/${run.id}`)).body.window.probes;
  expect(await shown()).toMatchObject([{ name: 'tag', note: 'as last told', readings: [] }]);
  const monitor = openMonitor([], 3600);
  monitor.probes = [{ ...window.probes[0]!, note: 'just now', readings: [[0, null, 'h']] }];
  api.runs.monitors.set('monitor:sample:1.1.0', monitor);
  expect(await shown()).toMatchObject([{ name: 'tag', note: 'just now', readings: [[0, null, 'h']] }]);
});
