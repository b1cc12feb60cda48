import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

const release = { project: 'sample', version: '1.1.0' };

test('POST /releases: a release is started under an id made of project and version, by the caller', async () => {
  const { status, body, headers } = await api.post('/v1/releases', { ...release, testOnly: true });
  expect(status).toBe(202);
  const { runId } = api.runs.open.get('release:sample:1.1.0')!.state;
  const self = `/v1/runs/release:sample:1.1.0?run=${runId}`;
  expect(body).toEqual({
    id: 'release:sample:1.1.0',
    runId,
    version: '1.1.0',
    links: { self, project: '/v1/projects/sample' },
  });
  expect(headers.get('location')).toBe(self);
  expect(api.runs.started[0]?.request).toMatchObject({ schema: 1, startedBy: 'rita', testOnly: true });
});

test('POST /releases: a dry run is a plan, which holds no release up', async () => {
  expect((await api.post('/v1/releases', { ...release, dryRun: true })).body.id).toBe('plan:sample:1.1.0');
  expect((await api.post('/v1/releases', release)).status).toBe(202);
});

test('POST /releases: a second request for one version answers 409 with the open run', async () => {
  const first = await api.post('/v1/releases', release, { key: 'one' });
  const second = await api.post('/v1/releases', release, { key: 'two' });
  expect(second.status).toBe(409);
  expect(second.body).toMatchObject({ code: 'run-open', run: { id: 'release:sample:1.1.0', runId: first.body.runId } });
  expect(api.runs.started).toHaveLength(1);
});

test.each(['released', 'rolled-back', 'abandoned'])(
  'POST /releases: a version that ended %s is spent',
  async (outcome) => {
    await api.archive.putRun({ id: 'release:sample:1.1.0', runId: 'r1', outcome });
    const answer = await api.post('/v1/releases', release);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'version-taken', detail: expect.stringContaining(outcome) });
    expect(api.runs.started).toEqual([]);
  },
);

test('POST /releases: a withdrawn version may be tried again', async () => {
  await api.archive.putRun({ id: 'release:sample:1.1.0', runId: 'r1', outcome: 'withdrawn' });
  expect((await api.post('/v1/releases', release)).status).toBe(202);
});

test('POST /releases: the same key and body is the same run, even after it has ended', async () => {
  const first = await api.post('/v1/releases', release, { key: 'k' });
  api.runs.open.clear();
  const again = await api.post('/v1/releases', release, { key: 'k' });
  expect([again.status, again.body]).toEqual([202, first.body]);
  expect(api.runs.started).toHaveLength(1);
});

test('POST /releases: a repeat whose first answer was lost before it was remembered finds its run', async () => {
  const [first, second] = await Promise.all([1, 2].map(() => api.post('/v1/releases', release, { key: 'k' })));
  expect(second?.body).toEqual(first?.body);
  expect(api.runs.started).toHaveLength(1);
});

test('POST /releases: a used key with another body is refused', async () => {
  await api.post('/v1/releases', release, { key: 'k' });
  const other = await api.post('/v1/releases', { ...release, version: '1.2.0' }, { key: 'k' });
  expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  expect(api.runs.started).toHaveLength(1);
});

test("POST /releases: a key is its sender's own", async () => {
  await api.post('/v1/releases', release, { key: 'k' });
  expect((await api.post('/v1/releases', { ...release, version: '1.2.0' }, { key: 'k', as: 'tom' })).status).toBe(403);
});

test('POST /releases: a bump is looked up once, and a repeat keeps its version', async () => {
  const first = await api.post('/v1/releases', { project: 'sample', bump: 'minor' }, { key: 'k' });
  api.runs.inspection = { next: '1.2.0' };
  const again = await api.post('/v1/releases', { project: 'sample', bump: 'minor' }, { key: 'k' });
  expect(first.body.version).toBe('1.1.0');
  expect(again.body).toEqual(first.body);
  expect(api.runs.inspected).toEqual([expect.stringMatching(/^inspect:sample:[0-9a-f]{32}$/)]);
});

test('POST /releases: a bump that leads nowhere starts nothing and says why', async () => {
  api.runs.inspection = { next: null, problem: { code: 'bump-unclear', message: 'prerelease of what?', remedy: '' } };
  const answer = await api.post('/v1/releases', { project: 'sample', bump: 'prerelease' });
  expect([answer.status, answer.body.code, answer.body.detail]).toEqual([422, 'bump-unclear', 'prerelease of what?']);
  api.runs.inspection = { next: null };
  expect((await api.post('/v1/releases', { project: 'sample', bump: 'patch' })).body.code).toBe('nothing-to-release');
  expect(api.runs.started).toEqual([]);
});

test.each<[string, unknown, string[]]>([
  ['a version with a v', { project: 'sample', version: 'v1.2.0' }, ['version']],
  ['a version of two numbers', { project: 'sample', version: '1.2' }, ['version']],
  ['a PEP 440 version', { project: 'sample', version: '1.2.0a1' }, ['version']],
  ['build metadata', { project: 'sample', version: '1.2.0+b1' }, ['version']],
  ['a version that is an option', { project: 'sample', version: '--force' }, ['version']],
  ['a version for a shell', { project: 'sample', version: '1.2.0; rm -rf /' }, ['version']],
  ['a version of the wrong type', { project: 'sample', version: 1.2 }, ['version']],
  ['a project that is an option', { project: '-x', version: '1.2.0' }, ['project']],
  ['a project that is a path', { project: '../../etc/passwd', version: '1.2.0' }, ['project']],
  ['a project for a shell', { project: '$(id)', version: '1.2.0' }, ['project']],
  ['a project with a colon', { project: 'a:b', version: '1.2.0' }, ['project']],
  ['neither version nor bump', { project: 'sample' }, ['version']],
  ['both version and bump', { project: 'sample', version: '1.2.0', bump: 'minor' }, ['version']],
  ['a bump that is none', { project: 'sample', bump: 'huge' }, ['bump']],
  ['a pre-release beside a version', { project: 'sample', version: '1.2.0', prerelease: 'rc' }, ['prerelease']],
  ['to adopt beside a bump', { project: 'sample', bump: 'minor', adopt: true }, ['adopt']],
  ['to adopt beside a test run', { project: 'sample', version: '1.2.0', adopt: true, testOnly: true }, ['adopt']],
  ['a starter in the body', { project: 'sample', version: '1.2.0', startedBy: 'eve' }, ['startedBy']],
  ['a list', [], ['']],
  ['null', 'null', ['']],
  [
    'everything wrong at once',
    '{"project":7,"version":"x","bump":"y","dryRun":"yes","__proto__":{"a":1},"adpt":true}',
    ['project', 'version', 'bump', 'dryRun', '__proto__', 'adpt', 'version'],
  ],
])('POST /releases: %s is refused with every fault, and nothing starts', async (_what, body, paths) => {
  const answer = await api.post('/v1/releases', body);
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 'request-invalid', status: 422 });
  expect(answer.body.faults.map((fault: { path: string }) => fault.path).toSorted()).toEqual(paths.toSorted());
  for (const fault of answer.body.faults) expect(fault.message && fault.remedy).toBeTruthy();
  expect(api.runs.started).toEqual([]);
  expect(api.runs.inspected).toEqual([]);
});

test('POST /releases: an unknown project starts nothing', async () => {
  const answer = await api.post('/v1/releases', { project: 'nobody', version: '1.0.0' });
  expect([answer.status, answer.body.code]).toEqual([422, 'project-unknown']);
});

test('POST /releases: to adopt is said to the run', async () => {
  expect((await api.post('/v1/releases', { ...release, adopt: true })).status).toBe(202);
  expect(api.runs.started[0]).toMatchObject({ id: 'release:sample:1.1.0', request: { adopt: true } });
  expect((await api.post('/v1/releases', { ...release, adopt: true, dryRun: true })).body.id).toBe('plan:sample:1.1.0');
});

test('POST /releases: what was abandoned may be adopted', async () => {
  await api.archive.putRun({ id: 'release:sample:1.1.0', runId: 'r1', outcome: 'abandoned' });
  expect((await api.post('/v1/releases', { ...release, adopt: true })).status).toBe(202);
});

test.each([
  ['released', 'nothing-to-adopt'],
  ['rolled-back', 'version-taken'],
])('POST /releases: what ended %s is not adopted', async (outcome, code) => {
  await api.archive.putRun({ id: 'release:sample:1.1.0', runId: 'r1', outcome });
  const answer = await api.post('/v1/releases', { ...release, adopt: true });
  expect([answer.status, answer.body.code]).toEqual([409, code]);
  expect(answer.body.detail).toContain(outcome);
  expect(api.runs.started).toEqual([]);
});

test.each(['tom', 'vera', 'otto', 'nora'])('POST /releases: %s, who is no releaser, may not start', async (as) => {
  const answer = await api.post('/v1/releases', release, { as });
  expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  expect(api.runs.started).toEqual([]);
});

test('POST /releases: where Temporal is away the answer is 503 with what to do', async () => {
  api.runs.reachable = false;
  const answer = await api.post('/v1/releases', release);
  expect([answer.status, answer.body.code]).toEqual([503, 'temporal-unreachable']);
  expect(answer.body.remedy).toContain('Temporal');
});
