import { afterEach, beforeEach, expect, test } from 'vitest';
import { Browser } from '../api/browser.ts';
import { COMMIT, MANIFEST, openApi } from '../api/fixture.ts';
import { fillWithRuns } from './sample-runs.ts';

let api: ReturnType<typeof openApi>;
let runs: Awaited<ReturnType<typeof fillWithRuns>>;
beforeEach(async () => {
  api = openApi();
  runs = await fillWithRuns(api);
});
afterEach(() => api.close());

const HTML = { accept: 'text/html' };

async function signedIn(login: string) {
  const browser = new Browser(api);
  await browser.submit('/sign-in', { token: `token-of-${login}`, next: '/' });
  const page = async (path: string) => (await browser.get(path, HTML)).text();
  return {
    page,
    /** Submits a form of that page, its hidden fields and what is filled in further. */
    async send(path: string, action: string, fields: Record<string, string>) {
      const html = await page(path);
      const form = html.split('<form ').find((one) => one.includes(`action="${action}"`)) ?? '';
      const hidden = [
        ...(form.split('</form>')[0] ?? '').matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g),
      ];
      const known = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
      const answer = await browser.submit(action, { ...known, ...fields }, HTML);
      return {
        status: answer.status,
        location: answer.headers.get('location') ?? '',
        html: await answer.text(),
        known,
      };
    },
  };
}

const buttons = (html: string) =>
  [...html.matchAll(/<button[^>]*>([^<]+)<\/button>/g)].map(([, words]) => words).filter((one) => one !== 'Sign out');

test('the first page tells what waits for this very person, the longest first, and then all that is open', async () => {
  const html = await (await signedIn('tom')).page('/');
  const tasks = [...html.matchAll(/<span class="what">([^<]+)</g)].map(([, what]) => what);
  expect(tasks).toEqual(['Web interface: key workflows', 'Sign off as tech-lead', 'Push the fix to the branch']);
  expect(html).toContain('/runs/release:sample:2.0.0');
});

test.each([
  ['rita', ['test.gate.tests: tests: 2 failures', 'error-rate: 0.25 is above 0.1', 'Web interface', 'Push the fix']],
  ['vera', []],
  ['quinn', ['Web interface', 'Sign off as qa', 'Push the fix']],
])('what waits for %s', async (login, tasks) => {
  const html = await (await signedIn(login)).page('/');
  const found = [...html.matchAll(/<span class="what">([^<]+)</g)].map(([, what = '']) => what);
  expect(found).toHaveLength(tasks.length);
  for (const task of tasks) expect(found.some((one) => one.toLowerCase().includes(task.toLowerCase()))).toBe(true);
  if (tasks.length === 0) expect(html).toContain('Nothing waits for you');
});

test.each([
  ['tom', 'waiting', ['Tick off', 'Does not hold', 'Approve as tech-lead', 'Reject']],
  ['quinn', 'waiting', ['Tick off', 'Does not hold', 'Approve as qa', 'Reject']],
  ['vera', 'waiting', []],
  ['rita', 'waiting', ['Tick off', 'Does not hold', 'Pause', 'Abort']],
  ['rita', 'blocked', ['Retry', 'Skip the step', 'Abort the run', 'Pause', 'Abort']],
  ['tom', 'blocked', []],
  ['rita', 'watched', ['Extend', 'Conclude now', 'Roll back', 'Pause', 'Abort']],
  ['tom', 'fixing', ['The fix is ready']],
  ['rita', 'ended', []],
  ['rita', 'plan', ['Start the release of 1.2.0']],
  ['tom', 'plan', []],
] as const)('%s finds just their own buttons on the run that is %s', async (login, name, expected) => {
  const { id, runId } = runs[name];
  expect(buttons(await (await signedIn(login)).page(`/runs/${id}?run=${runId}`))).toEqual(expected);
});

test('a run tells all that is known of it, and nothing that somebody wrote is taken for markup', async () => {
  const html = await (await signedIn('vera')).page('/runs/release:sample:1.1.0');
  for (const told of [
    '116 passed, 0 failed, 4 skipped',
    '91.2 %, at least 85 %',
    '0 high, 1 medium, 3 low',
    '-12.5 % against the last release',
    '&lt;b&gt;Bold&lt;/b&gt; claims',
    'context &lt;script&gt;',
    MANIFEST,
    'tech-lead (tom)',
    'vera does not hold the role ',
    'https://github.com/Acme/Sample/pull/7',
  ]) {
    expect(html).toContain(told);
  }
});

test('no page has a script or a style of its own, and what it loads is ours', async () => {
  const { page } = await signedIn('rita');
  for (const path of [
    '/',
    '/runs',
    '/projects',
    '/projects/sample',
    '/start/hotfix',
    '/runs/release:sample:1.0.1',
    '/sign-in',
  ]) {
    const html = await page(path);
    expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style| style=| on[a-z]+=/);
    expect(
      [...html.matchAll(/(?:src|href)="(https?:[^"]*)"/g)].filter(([, url]) => !url?.includes('github.com')),
    ).toEqual([]);
  }
});

test('signing off by the page binds to the commit and manifest that were shown, and says that it counted', async () => {
  const tom = await signedIn('tom');
  const { id, runId } = runs.waiting;
  const sent = await tom.send(`/runs/${id}`, `/runs/${id}/sign-offs`, { decision: 'approve', comment: 'Fine' });
  expect(sent.status).toBe(303);
  expect(sent.location).toMatch(new RegExp(`^/runs/${id}\\?run=${runId}&told=signOff:`));
  expect(sent.known).toMatchObject({ commit: COMMIT, manifest: MANIFEST, role: 'tech-lead' });
  expect(runs.waiting.signOffs).toMatchObject([{ by: 'tom', role: 'tech-lead', decision: 'approve', comment: 'Fine' }]);
  const html = await tom.page(sent.location);
  expect(html).toContain('<b>Accepted.</b>');
  expect(buttons(html)).not.toContain('Approve as tech-lead');
});

test('a form that is sent twice counts once', async () => {
  const tom = await signedIn('tom');
  const path = `/runs/${runs.waiting.id}`;
  const first = await tom.send(path, `${path}/sign-offs`, { decision: 'approve' });
  await tom.send(path, `${path}/sign-offs`, { ...first.known, decision: 'approve' });
  expect(runs.waiting.signOffs).toHaveLength(1);
  expect(runs.waiting.refusals).toHaveLength(1); // of vera, before
});

test('what the run refuses is said with its reason', async () => {
  const quinn = await signedIn('quinn');
  const path = `/runs/${runs.waiting.id}`;
  const stale = { decision: 'approve', commit: 'f'.repeat(40) };
  const sent = await quinn.send(path, `${path}/sign-offs`, stale);
  expect(await quinn.page(sent.location)).toContain(
    `<b>Refused:</b> the commit is ${COMMIT} now, not ${'f'.repeat(40)}`,
  );
});

test('a link makes no outcome up', async () => {
  const html = await (await signedIn('tom')).page(`/runs/${runs.waiting.id}?told=signOff:made-up`);
  expect(html).toContain('has not looked at it yet');
});

test.each([
  [
    'blocked',
    'decisions',
    { action: 'skip', reason: 'A known flake' },
    { decisions: [{ action: 'skip', by: 'rita', attempt: 1 }] },
  ],
  ['waiting', 'checks', { passed: 'true' }, { checklist: [{ item: 'web', passed: true, by: 'rita' }] }],
  [
    'watched',
    'watch',
    { action: 'extend', hours: '3', reason: 'Look on' },
    { window: { answers: [{ action: 'extend', hours: 3 }] } },
  ],
  ['fixing', 'fix', { commits: `${COMMIT}\n` }, { fix: { by: 'rita', commits: [COMMIT] } }],
  ['waiting', 'pause', { reason: 'Lunch' }, { paused: { by: 'rita', reason: 'Lunch' } }],
  ['blocked', 'abort', { reason: 'Enough' }, { aborted: { by: 'rita' } }],
] as const)('the run that is %s is told by the form %s', async (name, what, fields, expected) => {
  const rita = await signedIn('rita');
  const path = `/runs/${runs[name].id}`;
  expect((await rita.send(path, `${path}/${what}`, { ...fields })).status).toBe(303);
  expect(runs[name]).toMatchObject(expected);
});

test('a release begins with its plan, and the button is on it', async () => {
  const rita = await signedIn('rita');
  const preview = await rita.send('/start/release', '/start/release', {
    project: 'sample',
    version: '3.0.0',
    bump: 'minor',
  });
  expect([preview.status, preview.location]).toEqual([
    303,
    expect.stringMatching(/^\/runs\/plan:sample:3\.0\.0\?run=/),
  ]);
  expect(await rita.page(preview.location)).toContain('It is being made');
  const started = await rita.send('/runs/plan:sample:1.2.0', '/start/release', { testOnly: 'true' });
  expect(started.location).toMatch(/^\/runs\/release:sample:1\.2\.0\?run=/);
  expect(api.runs.started.at(-1)?.request).toMatchObject({ version: '1.2.0', startedBy: 'rita', testOnly: true });
});

test('hotfix and rollback start by their forms', async () => {
  const rita = await signedIn('rita');
  const hotfix = { project: 'sample', title: 'Crash', issue: '12', version: '1.1.1', commits: `${COMMIT} #7` };
  expect((await rita.send('/start/hotfix', '/start/hotfix', hotfix)).location).toMatch(
    /^\/runs\/hotfix:sample:1\.1\.1/,
  );
  expect(api.runs.started.at(-1)?.request).toMatchObject({ issue: 12, commits: [COMMIT, '#7'] });
  const rollback = { project: 'sample', version: '1.0.1', reason: 'Loses data', rollForward: 'yes', tags: 'keep' };
  expect((await rita.send('/start/rollback', '/start/rollback', rollback)).location).toMatch(
    /^\/runs\/rollback:sample:1\.0\.1/,
  );
});

test.each([
  [
    'nobody who may not start is shown a form',
    'vera',
    '/start/release',
    200,
    'There is no project in which you may start a release',
  ],
  ['an unknown run', 'vera', '/runs/release:sample:9.9.9', 404, 'There is no such run'],
  ['no run at all', 'vera', '/runs/%2e%2e%2f', 404, 'There is no such run'],
  ['an unknown project', 'vera', '/projects/nothing', 404, 'There is no such page'],
  ['an unknown page', 'vera', '/nothing', 404, 'There is no such page'],
  ['a filter with a fault', 'vera', '/runs?status=odd', 422, 'The form has faults'],
  ['somebody without a role', 'nora', '/runs', 403, 'This is not yours to do'],
])('%s', async (_, login, path, status, words) => {
  const browser = new Browser(api);
  await browser.submit('/sign-in', { token: `token-of-${login}` });
  const answer = await browser.get(path, HTML);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=UTF-8']);
  expect(await answer.text()).toContain(words);
});

test('faults of a form are all told', async () => {
  const sent = await (await signedIn('rita')).send('/start/hotfix', '/start/hotfix', {
    project: 'sample',
    issue: 'x',
    version: 'y',
  });
  expect(sent.status).toBe(422);
  for (const field of ['title', 'issue', 'version']) expect(sent.html).toContain(`<b>${field}</b>`);
});

test('a form without the token of its session is refused, in words', async () => {
  const browser = new Browser(api);
  await browser.submit('/sign-in', { token: 'token-of-tom' });
  const answer = await browser.submit(`/runs/${runs.waiting.id}/sign-offs`, { decision: 'approve' }, HTML);
  expect([answer.status, runs.waiting.signOffs]).toEqual([403, []]);
  expect(await answer.text()).toContain('The form was too old');
});

test('runs are filtered and turned over by pages', async () => {
  const { page } = await signedIn('vera');
  expect(await page('/runs?project=sample')).toContain('<option selected>sample</option>');
  const first = await page('/runs?project=sample&limit=2');
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(next).toMatch(/^\/runs\?project=sample&limit=2&cursor=/);
  expect(await page(next)).toContain('Newest');
});

test('a project shows its next version and why, its history and its figures', async () => {
  const html = await (await signedIn('rita')).page('/projects/sample');
  for (const told of [
    'Next <b>1.1.0</b>',
    '<li>feat</li>',
    'Change fail rate',
    '50 %',
    'Where its time went',
    '/start/release?project=sample',
  ]) {
    expect(html).toContain(told);
  }
});

test('where no worker answers, a run is shown as it was kept, without buttons', async () => {
  api.runs.silent = true;
  const html = await (await signedIn('tom')).page('/runs/release:sample:1.1.0');
  expect(html).toContain('No worker answers now');
  expect(buttons(html)).toEqual([]);
});

test('where Temporal is away, a page says so', async () => {
  const tom = await signedIn('tom');
  api.runs.reachable = false;
  expect(await tom.page('/')).toContain('Temporal does not answer');
});

test('whoever is not signed in is asked to, and told why the last try failed', async () => {
  const answer = await new Browser(api).get('/runs?kind=release', HTML);
  expect(answer.headers.get('location')).toBe('/sign-in?next=%2Fruns%3Fkind%3Drelease');
  const html = await (await new Browser(api).get('/sign-in?failed=token&next=/runs', HTML)).text();
  expect(html).toContain('This token does not count');
  expect(html).toContain('name="next" value="/runs"');
});
