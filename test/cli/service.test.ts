import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { COMMIT, MANIFEST, openApi } from '../api/fixture.ts';
import { slipway } from './run-cli.ts';

// Each starts processes of its own, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const RUN = 'release:sample:1.1.0';
let api: ReturnType<typeof openApi>;
let server: ServerType;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  server = serve({ fetch: (request) => api.app.fetch(request), hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  api = openApi({ pace: { firstMs: 5, lastMs: 20 } });
});
afterEach(() => api.close());

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function as(person: string, ...args: string[]) {
  return slipway(args, folder, { SLIPWAY_API: url(), SLIPWAY_TOKEN: `token-of-${person}` });
}

/** A release that waits for its tech lead. */
async function waiting() {
  const { state } = await api.openRelease();
  const artifact = { name: 'sample-1.1.0-py3-none-any.whl', digest: MANIFEST, size: 10 };
  Object.assign(state, { status: 'waiting', manifest: { digest: MANIFEST, files: [artifact], extras: [] } });
  state.waitingFor = [{ step: 'approve.sign-offs', for: ['tech-lead'], since: state.startedAt, kind: 'sign-off' }];
  return state;
}

test('slipway: from the projects to a release that is started once', async () => {
  const projects = await as('rita', 'projects');
  expect(projects.out).toMatch(/PROJECT\s+CURRENT\s+NEXT[\s\S]*sample\s+1\.0\.0\s+1\.1\.0/);
  const args = ['release', 'sample', '--version', '1.1.0', '--key', 'k', '--json'];
  const [first, second] = [await as('rita', ...args), await as('rita', ...args)];
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(JSON.parse(first.out)).toMatchObject({ id: RUN, version: '1.1.0' });
  expect(JSON.parse(second.out)).toEqual(JSON.parse(first.out));
  expect(api.runs.started).toHaveLength(1);
  const again = await as('rita', 'release', 'sample', '--version', '1.1.0');
  expect(again).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/a run for it is open[\s\S]*abort it first/),
  });
});

test('slipway hotfix and rollback: what was written is what is asked for', async () => {
  expect((await as('rita', 'hotfix', 'sample', '--title', 'Totals', '--issue', '12', '--version', '1.0.1')).code).toBe(
    0,
  );
  const rollback = ['rollback', 'sample', '1.0.0', '--reason', 'broken', '--roll-forward', 'no'];
  expect((await as('rita', ...rollback)).out).toContain('slipway show rollback:sample:1.0.0 --follow');
  expect(api.runs.started.map(({ request }) => request)).toMatchObject([
    { title: 'Totals', issue: 12, version: '1.0.1', startedBy: 'rita' },
    { reason: 'broken', rollForward: 'no', tags: 'keep' },
  ]);
});

test('slipway runs and show: whom a run waits for, and the command that answers', async () => {
  await waiting();
  const { out } = await as('vera', 'runs', '--project', 'sample');
  expect(out).toMatch(/RUN\s+STATUS[\s\S]*release:sample:1\.1\.0\s+waiting\s+approve/);
  const shown = await as('vera', 'show', RUN);
  expect(shown.out).toContain('waits for tech-lead');
  expect(shown.out).toContain(`slipway approve ${RUN} --role tech-lead`);
  expect(JSON.parse((await as('vera', 'show', RUN, '--json')).out)).toMatchObject({ id: RUN, commit: COMMIT });
  expect((await as('vera', 'show', RUN, '--checklist')).out).toContain('# Release Checklist');
});

test('slipway show: words of others paint nothing on the terminal', async () => {
  const state = await waiting();
  Object.assign(state, { ending: 'fine\u001b[2J\u001b]0;owned\u0007' });
  expect((await as('vera', 'show', RUN)).out).toContain('fine\ufffd[2J');
});

test('slipway approve: shows the commit and the manifest, and signs just these', async () => {
  const state = await waiting();
  const { code, out } = await as('tom', 'approve', RUN, '--comment', 'fine');
  expect(code).toBe(0);
  expect(out).toContain(`commit    ${COMMIT}`);
  expect(out).toContain(`sample-1.1.0-py3-none-any.whl  ${MANIFEST}`);
  expect(state.signOffs).toMatchObject([
    { by: 'tom', role: 'tech-lead', decision: 'approve', commit: COMMIT, manifest: MANIFEST, comment: 'fine' },
  ]);
});

test('slipway approve: who looked at another manifest signs nothing, nor does who may not', async () => {
  const state = await waiting();
  const stale = await as('tom', 'approve', RUN, '--manifest', `sha256:${'0'.repeat(64)}`);
  expect(stale).toMatchObject({ code: 1, err: expect.stringContaining('look at it again') });
  const viewer = await as('vera', 'reject', RUN);
  expect(viewer).toMatchObject({ code: 1, err: expect.stringMatching(/may not/) });
  const json = await as('vera', 'reject', RUN, '--json');
  expect(JSON.parse(json.err)).toMatchObject({ problem: { code: 'forbidden', status: 403 } });
  expect(state.signOffs).toEqual([]);
});

test('slipway decide: the blocked step at its attempt; where none is blocked, nothing is sent', async () => {
  const { state } = await api.openRelease();
  expect(await as('otto', 'decide', RUN, 'retry', '--reason', 'again')).toMatchObject({ code: 1 });
  const problem = { code: 'gate-failed', message: '2 tests failed', remedy: 'Read the report.' } as const;
  state.steps.push({
    ...{ id: 'test.gate.tests', title: '', status: 'blocked', attempt: 2, startedAt: state.startedAt, summary: '' },
    ...{ evidence: [], skippable: true, problem },
  });
  state.status = 'blocked';
  const { code, out } = await as('otto', 'decide', RUN, 'retry', '--reason', 'again');
  expect(out).toContain('gate-failed: 2 tests failed');
  expect([code, state.decisions]).toMatchObject([
    0,
    [{ step: 'test.gate.tests', attempt: 2, action: 'retry', by: 'otto' }],
  ]);
});

test('slipway pause, resume, abort: with a reason, each once', async () => {
  const { state } = await api.openRelease();
  expect((await as('otto', 'pause', RUN, '--reason', 'lunch')).code).toBe(0);
  expect(state.paused).toMatchObject({ by: 'otto', reason: 'lunch' });
  expect((await as('otto', 'resume', RUN, '--reason', 'back')).code).toBe(0);
  expect((await as('otto', 'abort', RUN, '--reason', 'not today')).code).toBe(0);
  expect(state.aborted).toMatchObject({ reason: 'not today' });
  expect((await as('otto', 'pause', RUN)).code).toBe(2);
});

test('slipway: what no worker has looked at is pending', async () => {
  await waiting();
  api.runs.deaf = true;
  const pending = await as('otto', 'pause', RUN, '--reason', 'lunch');
  expect(pending).toMatchObject({ code: 3, out: expect.stringContaining('has not looked at it yet') });
});

test('slipway show --follow: step by step to the end, whose outcome is the exit status', async () => {
  const state = await waiting();
  const following = as('vera', 'show', RUN, '--follow');
  await vi.waitFor(() => expect(api.followed()).toBe(1), { timeout: 30_000 });
  state.steps.push({
    ...{ id: 'release.tag', title: '', status: 'done', attempt: 1, startedAt: state.startedAt, summary: 'v1.1.0' },
    ...{ endedAt: state.startedAt, evidence: [], skippable: false },
  });
  Object.assign(state, { status: 'ended', outcome: 'released', waitingFor: [] });
  const { code, out } = await following;
  expect(out).toMatch(/waits for tech-lead[\s\S]*✓ release\.tag[\s\S]*release:sample:1\.1\.0 {2}released/);
  expect(code).toBe(0);
  Object.assign(state, { outcome: 'withdrawn' });
  const again = await as('vera', 'show', RUN, '--follow', '--json');
  expect([again.code, JSON.parse(again.out).outcome]).toEqual([1, 'withdrawn']);
});

test('slipway: the token comes from a file or the environment, and says nothing of itself', async () => {
  const file = join(folder, 'token');
  writeFileSync(file, 'token-of-vera\n');
  chmodSync(file, 0o644);
  const open = await slipway(['runs', '--api', url(), '--token-file', file], folder);
  expect(open).toMatchObject({ code: 0, out: 'No runs.\n', err: expect.stringContaining('chmod 600') });
  const wrong = await slipway(['runs'], folder, { SLIPWAY_API: url(), SLIPWAY_TOKEN: 'sekret-token' });
  expect(wrong.code).toBe(1);
  expect(wrong.err).not.toContain('sekret-token');
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  ['no address', ['runs'], {}, /Set SLIPWAY_API/],
  ['an address that is none', ['runs', '--api', 'slipway'], {}, /must be like https/],
  ['no token', ['runs'], { SLIPWAY_API: 'http://127.0.0.1:1' }, /Set SLIPWAY_TOKEN/],
  ['no version', ['release', 'sample'], { SLIPWAY_API: 'http://127.0.0.1:1', SLIPWAY_TOKEN: 'x' }, /add --version/],
  ['no such command', ['relase'], {}, /Did you mean release/],
  ['no such action', ['decide', RUN, 'shrug', '--reason', 'x'], {}, /Allowed choices are retry, skip, abort/],
])('slipway: %s is a fault of usage', async (_what, args, env, message) => {
  expect(await slipway(args, folder, env)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
});

test('slipway: a service that is not there is said in words', async () => {
  const end = await slipway(['runs'], folder, { SLIPWAY_API: 'http://127.0.0.1:1', SLIPWAY_TOKEN: 'x' });
  expect(end).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/nothing answers at http:\/\/127/) });
});

test('slipway completion: a script for the shell, and what may come next', async () => {
  expect((await slipway(['completion', 'bash'])).out).toContain('complete -F __slipway_complete slipway');
  expect((await slipway(['complete', '--', 'decide', RUN, ''])).out).toMatch(/retry[\s\S]*skip[\s\S]*abort/);
});

test('slipway schedules: they are listed, paused with a reason, changed and resumed', async () => {
  await api.call('PUT', '/v1/projects/sample/schedules/prerelease', { body: { every: 'weekly' } });
  expect((await as('vera', 'schedules')).out).toMatch(
    /sample\s+prerelease\s+weekly\s+2026-01-12T06:00\s+nothing is new/,
  );
  const paused = await as('otto', 'schedule', 'pause', 'sample', 'prerelease', '--reason', 'fair');
  expect(paused).toMatchObject({ code: 0, out: expect.stringContaining('paused by otto') });
  const change = [
    'schedule',
    'change',
    'sample',
    'prerelease',
    '--every',
    '3 days',
    '--weekday',
    'every-day',
    '--json',
  ];
  expect(JSON.parse((await as('rita', ...change)).out)).toMatchObject([{ every: '3 days', weekday: null, by: 'rita' }]);
  expect(await as('vera', 'schedule', 'resume', 'sample', 'prerelease', '--reason', 'x')).toMatchObject({ code: 1 });
  expect((await as('rita', 'schedules', 'sample')).out).toContain('paused by otto');
});
