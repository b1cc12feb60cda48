import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sign } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditEntry, actsOf } from '../../src/domain/audit.ts';
import { receive } from '../../src/domain/run/receive.ts';
import { Browser } from './browser.ts';
import { COMMIT, MANIFEST, openApi, WEBHOOK_SECRET } from './fixture.ts';

let api: ReturnType<typeof openApi>;
let time: Date;
beforeEach(() => {
  time = new Date('2026-01-01T12:00:00Z');
  api = openApi({ now: () => time });
});
afterEach(() => api.close());

interface Answer {
  status: number;
  body: { entries: AuditEntry[]; next?: string };
}

async function trail(query = '', as = 'otto'): Promise<AuditEntry[]> {
  const { status, body } = (await api.get(`/v1/audit?${query}`, { as })) as Answer;
  expect(status).toBe(200);
  return body.entries;
}

const told = (entries: readonly AuditEntry[]) => entries.map(({ by, what, verdict }) => [by, what, verdict].join(' '));
const signOff = { role: 'tech-lead', decision: 'approve', commit: COMMIT, manifest: MANIFEST };
const run = '/v1/runs/release:sample:1.1.0';
const seconds = (count: number) => {
  time = new Date(time.getTime() + count * 1000);
};

test('audit: a start says who started what, when, by which request, and with what', async () => {
  const headers = { 'user-agent': 'curl/8' };
  const { body, headers: answered } = await api.post(
    '/v1/releases',
    { project: 'sample', version: '1.1.0' },
    { headers },
  );
  expect(await trail()).toEqual([
    {
      id: expect.any(String),
      at: '2026-01-01T12:00:00.000Z',
      what: 'start-release',
      by: 'rita',
      means: 'token',
      from: { address: null, agent: 'curl/8' },
      verdict: 'accepted',
      requestId: answered.get('x-request-id'),
      key: expect.any(String),
      project: 'sample',
      run: 'release:sample:1.1.0',
      runId: body.runId,
      details: { version: '1.1.0' },
    },
  ]);
});

test('audit: a signal says what was decided, and what the run answered', async () => {
  await api.openRelease();
  await api.post(`${run}/sign-offs`, signOff, { as: 'tom' });
  seconds(1);
  await api.post(`${run}/sign-offs`, { ...signOff, commit: 'c'.repeat(40) }, { as: 'tom' });
  seconds(1);
  await api.post(`${run}/pause`, { reason: 'no' }, { as: 'vera' });
  const entries = await trail();
  expect(told(entries)).toEqual(['vera pause refused', 'tom signOff refused', 'tom signOff accepted']);
  expect(entries[0]).toMatchObject({ code: 'forbidden', reason: expect.stringContaining('vera (viewer) may not') });
  expect(entries[1]).toMatchObject({ code: 'refused', reason: expect.stringMatching(/^the commit is a+ now/) });
  expect(entries[2]).toMatchObject({ run: 'release:sample:1.1.0', details: { role: 'tech-lead', manifest: MANIFEST } });
});

test('audit: what was malformed, too much or for nothing that is there is told of as well', async () => {
  await api.post('/v1/releases', { project: 'sample' });
  await api.post('/v1/releases', '{');
  await api.post('/v1/runs/release:sample:9.9.9/pause', { reason: 'because' });
  expect((await trail()).map(({ what, code, verdict }) => [what, code, verdict]).toSorted()).toEqual([
    ['pause', 'run-unknown', 'refused'],
    ['start-release', 'body-malformed', 'refused'],
    ['start-release', 'request-invalid', 'refused'],
  ]);
});

test('audit: who signs in and out, and who tried to, by what', async () => {
  api.app.get('/page', (c) => c.json({ csrf: c.var.session?.csrf }));
  const browser = new Browser(api);
  await browser.submit('/sign-in', { token: 'token-of-nobody' });
  seconds(1);
  await browser.submit('/sign-in', { token: 'token-of-rita' });
  seconds(1);
  await browser.submit('/sign-out', { csrf: 'wrong' });
  seconds(1);
  const { csrf } = (await (await browser.get('/page')).json()) as { csrf: string };
  await browser.submit('/sign-out', { csrf });
  const entries = await trail();
  expect(told(entries)).toEqual([
    'rita sign-out accepted',
    'rita sign-out refused',
    'rita sign-in accepted',
    ' sign-in refused',
  ]);
  expect(entries.map(({ means }) => means)).toEqual(['session', 'session', 'token', null]);
  expect(entries[1]).toMatchObject({ code: 'cross-site' });
  expect(JSON.stringify(entries)).not.toContain('token-of');
});

test('audit: a token that does not count, a form of another site and a webhook that is not signed are refused and told of', async () => {
  await api.get('/v1/runs', { as: 'nobody' });
  await api.app.request('/sign-in', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
  await api.app.request('/hooks/github', { method: 'POST', body: '{}' });
  await api.get(run, { as: 'nora' });
  const entries = (await trail()).map(({ what, code, verdict, by }) => [what, code, verdict, by]);
  expect(entries.toSorted()).toEqual([
    ['authenticate', 'unauthenticated', 'refused', null],
    [`look ${run}`, 'forbidden', 'refused', 'nora'],
    ['sign-in', 'cross-site', 'refused', null],
    ['webhook', 'signature-invalid', 'refused', null],
  ]);
});

test('audit: a webhook that is delivered again is not worked off again, and told of', async () => {
  const body = JSON.stringify({ repository: { full_name: 'acme/sample' }, ref: 'refs/heads/main' });
  const signature = await sign(WEBHOOK_SECRET, body);
  await api.openRelease();
  for (const delivery of ['one', 'one']) {
    const headers = { 'x-github-event': 'push', 'x-github-delivery': delivery, 'x-hub-signature-256': signature };
    expect((await api.app.request('/hooks/github', { method: 'POST', body, headers })).status).toBe(202);
  }
  expect(api.runs.woken).toHaveLength(1);
  expect((await trail()).map(({ what, verdict, reason }) => [what, verdict, reason]).toSorted()).toEqual([
    ['webhook', 'refused', 'delivery one was worked off before'],
  ]);
});

test('audit: whoever is not known cannot fill the disk', async () => {
  for (let count = 0; count < 310; count++) await api.app.request('/hooks/github', { method: 'POST', body: '{}' });
  expect(await api.audit.entriesOf('2026-01-01')).toHaveLength(300);
  expect(api.lines.filter((line) => line.includes('"audit"'))).toHaveLength(310);
  await api.post('/v1/releases', { project: 'sample', version: '1.1.0' });
  expect(await api.audit.entriesOf('2026-01-01')).toHaveLength(301);
});

test('audit: what only looks is not told of', async () => {
  await api.openRelease();
  await api.get(run);
  await api.get('/v1/projects');
  expect(await trail()).toEqual([]);
});

test('audit: every entry is in the log too', async () => {
  await api.post('/v1/releases', { project: 'sample', version: '1.1.0' });
  const [entry] = await trail();
  expect(api.lines.filter((line) => line.includes('"audit"')).map((line) => JSON.parse(line).audit)).toEqual([entry]);
});

test('audit: where it cannot be written the request goes on, and the log says that it holds the only copy', async () => {
  rmSync(join(api.root, 'audit'), { recursive: true, force: true });
  mkdirSync(join(api.root, 'audit/2026-01-01.jsonl'), { recursive: true }); // a folder where the file should be
  expect((await api.post('/v1/releases', { project: 'sample', version: '1.1.0' })).status).toBe(202);
  chmodSync(join(api.root, 'audit'), 0o700);
  expect(api.lines.find((line) => line.includes('could not be written'))).toContain('start-release');
});

test('audit: what a run was told around the API is joined from its own account, and nothing is told twice', async () => {
  const { state } = await api.openRelease();
  await api.post(`${run}/sign-offs`, signOff, { as: 'tom' });
  const around = { ...signOff, by: 'mallory', requestId: 'x' };
  receive(state, 'signOff', around, '2026-01-01T12:30:00.000Z');
  receive(state, 'signOff', { ...around, commit: 'not a commit' }, '2026-01-01T12:31:00.000Z');
  const expected = ['mallory signOff refused', 'mallory signOff refused', 'tom signOff accepted'];
  const live = await trail('run=release:sample:1.1.0');
  expect(told(live.filter(({ what }) => what === 'signOff')).toSorted()).toEqual(expected);

  await api.archive.putActs(state, actsOf(state)); // as at each phase and at its end
  api.runs.open.clear();
  const kept = await trail('project=sample');
  expect(told(kept.filter(({ what }) => what === 'signOff')).toSorted()).toEqual(expected);
  expect(kept.filter(({ by }) => by === 'mallory')).toMatchObject([
    { means: 'run', reason: expect.stringContaining('used before with another content') },
    { means: 'run', reason: 'mallory is not known to this service' },
  ]);
  expect(told(kept)).toContain('rita start-release accepted'); // the release was started around the API
});

test('audit: what nobody had looked at when it was answered is told as the run judged it', async () => {
  const { state } = await api.openRelease();
  const { frozen } = state;
  delete state.frozen;
  expect((await api.post(`${run}/sign-offs`, signOff, { as: 'tom', key: 'k' })).status).toBe(202);
  expect(told(await trail('what=signOff&run=release:sample:1.1.0'))).toEqual(['tom signOff pending']);
  state.frozen = frozen!;
  for (const { name, payload, at } of state.inbox.splice(0)) receive(state, name, payload, at);
  expect(told(await trail('what=signOff&run=release:sample:1.1.0'))).toEqual(['tom signOff accepted']);
});

test('audit: it is filtered and paged, the newest first, across days', async () => {
  for (let day = 0; day < 3; day++) {
    for (const as of ['tom', 'vera']) {
      await api.post(`${run}/pause`, { reason: 'because' }, { as });
      seconds(60);
    }
    seconds(86_400);
  }
  const all = await trail();
  expect(all).toHaveLength(6);
  expect(all.map(({ at }) => at)).toEqual(
    all
      .map(({ at }) => at)
      .toSorted()
      .reverse(),
  );
  const paged: AuditEntry[] = [];
  let next: string | undefined;
  do {
    const { body } = (await api.get(`/v1/audit?limit=2${next ? `&cursor=${next}` : ''}`, { as: 'otto' })) as Answer;
    expect(body.entries.length).toBeLessThanOrEqual(2);
    paged.push(...body.entries);
    next = body.next;
  } while (next !== undefined);
  expect(paged).toEqual(all);
  expect(told(await trail('by=tom'))).toEqual(Array(3).fill('tom pause refused'));
  expect(await trail('since=2026-01-02&until=2026-01-03T00:00:00Z')).toHaveLength(2);
  expect(await trail('project=other')).toEqual([]);
  expect(await trail('run=release:sample:1.1.0')).toHaveLength(6);
  expect((await api.get('/v1/audit?cursor=x', { as: 'otto' })).status).toBe(422);
});

test("audit: operators and admins see everybody's entries, everybody else their own", async () => {
  await api.post('/v1/releases', { project: 'sample', version: '1.1.0' });
  await api.post('/v1/releases', { project: 'sample', version: '1.2.0' }, { as: 'tom' });
  expect(await trail('', 'anna')).toHaveLength(2);
  expect(told(await trail('', 'tom'))).toEqual(['tom start-release refused']);
  expect((await api.get('/v1/audit?by=rita', { as: 'tom' })).status).toBe(403);
});
