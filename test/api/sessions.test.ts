import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localPath } from '../../src/api/sign-in.ts';
import { Browser } from './browser.ts';
import { openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
let time: Date;
beforeEach(() => {
  time = new Date('2026-01-01T00:00:00Z');
  api = openApi({ now: () => time });
  // A page, as the dashboard will have them.
  api.app.get('/page', (c) => c.json({ login: c.var.person.login, csrf: c.var.session?.csrf }));
  api.app.post('/page', async (c) => c.json({ said: (await c.req.parseBody()).words, login: c.var.person.login }));
});
afterEach(() => api.close());

const hours = (count: number) => {
  time = new Date(time.getTime() + count * 3_600_000);
};

async function signedIn(who = 'rita'): Promise<Browser> {
  const browser = new Browser(api);
  expect((await browser.submit('/sign-in', { token: `token-of-${who}`, next: '/page' })).status).toBe(303);
  return browser;
}

const csrfOf = async (browser: Browser) => ((await (await browser.get('/page')).json()) as { csrf: string }).csrf;

test('session: whoever signs in with a token is known by their cookie from then on, to pages and to the API', async () => {
  const browser = new Browser(api);
  const answer = await browser.submit('/sign-in', { token: 'token-of-rita', next: '/page?x=1' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/page?x=1']);
  expect(answer.headers.get('set-cookie')).toMatch(
    /^slipway=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect(await (await browser.get('/page')).json()).toMatchObject({ login: 'rita' });
  expect((await browser.get('/v1/runs')).status).toBe(200);
});

test('session: a page asks whoever is not signed in to sign in, and comes back to where they were going', async () => {
  const answer = await new Browser(api).get('/page?x=1');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fpage%3Fx%3D1']);
  expect((await new Browser(api).get('/sign-in?next=/page')).status).toBe(200);
});

test.each(['token-of-nobody', '', ' '])('session: the token %j signs nobody in', async (token) => {
  const browser = new Browser(api);
  const answer = await browser.submit('/sign-in', { token, next: '/page' });
  expect(answer.headers.get('location')).toBe('/sign-in?failed=token&next=%2Fpage');
  expect(browser.cookies.size).toBe(0);
});

test('session: over https the cookie is for this host alone and never sent in the clear', async () => {
  writeFileSync(join(api.root, 'slipway.yaml'), `${api.config()}\nurl: https://slipway.acme.example\n`);
  const answer = await new Browser(api).submit('/sign-in', { token: 'token-of-rita' });
  expect(answer.headers.get('set-cookie')).toMatch(/^__Host-slipway=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  expect(answer.headers.get('set-cookie')).not.toContain('Domain');
});

test('session: over plain http from elsewhere nobody signs in', async () => {
  const answer = await new Browser(api).submit('http://slipway.acme.example/sign-in', { token: 'token-of-rita' });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'not-secure']);
});

test('session: it survives a restart of the API', async () => {
  const browser = await signedIn();
  const restarted = openApi({ now: () => time, root: api.root });
  expect((await browser.copy(restarted).get('/v1/runs')).status).toBe(200);
});

test('session: it ends when nobody used it for its idle time, and in any case at its absolute end', async () => {
  const browser = await signedIn();
  for (let day = 0; day < 13; day++) {
    hours(11);
    expect((await browser.get('/v1/runs')).status).toBe(200);
  }
  const idle = await signedIn();
  hours(13);
  expect((await idle.get('/v1/runs')).status).toBe(401);
  const used = await signedIn();
  for (let half = 0; half < 28; half++) {
    hours(6);
    await used.get('/v1/runs');
  }
  hours(1);
  expect((await used.get('/v1/runs')).status).toBe(401);
});

test('session: to sign out ends it wherever its cookie was copied to', async () => {
  const browser = await signedIn();
  const copied = browser.copy();
  const answer = await browser.submit('/sign-out', { csrf: await csrfOf(browser) });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in']);
  expect(browser.cookies.size).toBe(0);
  expect((await copied.get('/v1/runs')).status).toBe(401);
});

test.each([
  ['the token that it was opened with', (text: string) => text.replace(/(login: rita.*tokens: )\[\w+\]/, '$1[]')],
  ['the person', (text: string) => text.replace(/.*login: rita.*\n/, '')],
  ['all sessions so far', (text: string) => `${text}\nsessions: { since: "2026-01-01T00:00:01Z" }\n`],
])('session: it ends when the configuration takes back %s', async (_what, edit) => {
  const browser = await signedIn();
  writeFileSync(join(api.root, 'slipway.yaml'), edit(api.config()));
  expect((await browser.get('/v1/runs')).status).toBe(401);
});

test('session: to sign in anew ends what this browser had before', async () => {
  const browser = await signedIn();
  const before = browser.copy();
  await browser.submit('/sign-in', { token: 'token-of-tom' });
  expect(await (await browser.get('/page')).json()).toMatchObject({ login: 'tom' });
  expect((await before.get('/v1/runs')).status).toBe(401);
});

test('session: what is kept of it signs nobody in', async () => {
  const browser = await signedIn();
  const folder = join(api.root, 'sessions');
  const [kept = ''] = readdirSync(folder);
  expect(`${kept} ${readFileSync(join(folder, kept), 'utf8')}`).not.toContain(browser.cookies.get('slipway'));
  const forged = await new Browser(api).get('/v1/runs', { cookie: `slipway=${kept.replace('.json', '')}` });
  expect(forged.status).toBe(401);
});

test('session: what is over is removed when somebody else signs in', async () => {
  await signedIn();
  hours(13);
  await signedIn('tom');
  expect(readdirSync(join(api.root, 'sessions'))).toHaveLength(1);
});

test('session: a token that is sent and does not count is refused, whoever is signed in', async () => {
  const browser = await signedIn();
  expect((await browser.get('/v1/runs', { authorization: 'Bearer token-of-nobody' })).status).toBe(401);
});

test('form: it acts with the token of its session, in a field or in a header', async () => {
  const browser = await signedIn();
  const csrf = await csrfOf(browser);
  expect(await (await browser.submit('/page', { words: 'yes', csrf })).json()).toEqual({ said: 'yes', login: 'rita' });
  expect((await browser.submit('/page', { words: 'yes' }, { 'x-csrf-token': csrf })).status).toBe(200);
});

test.each([
  ['without the token', {}, {}],
  ["with another session's token", { csrf: 'other' }, {}],
  ['of another site, which learned the token', { csrf: 'own' }, { 'sec-fetch-site': 'cross-site' }],
  ['of a sibling of this site', { csrf: 'own' }, { 'sec-fetch-site': 'same-site' }],
])('form: one %s is refused', async (_what, fields: Record<string, string>, headers) => {
  const browser = await signedIn();
  const csrf = fields.csrf === 'own' ? await csrfOf(browser) : await csrfOf(await signedIn('tom'));
  const answer = await browser.submit(
    '/page',
    { words: 'yes', ...fields, ...('csrf' in fields ? { csrf } : {}) },
    headers,
  );
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'cross-site']);
});

test.each(['https://evil.example', 'null'])(
  'form: a browser that only names the origin %s is refused',
  async (origin) => {
    const browser = await signedIn();
    const body = new URLSearchParams({ token: 'token-of-tom' });
    const answer = await api.app.request('/sign-in', { method: 'POST', body, headers: { origin } });
    expect(answer.status).toBe(403);
    expect((await browser.get('/v1/runs')).status).toBe(200);
  },
);

test('API: a request by cookie that changes something needs the token of its session as well', async () => {
  const browser = await signedIn();
  const send = (headers: Record<string, string>) =>
    api.app.request('/v1/releases', {
      method: 'POST',
      body: '{"project":"sample","version":"1.1.0"}',
      headers: { cookie: `slipway=${browser.cookies.get('slipway')}`, 'content-type': 'application/json', ...headers },
    });
  expect((await send({})).status).toBe(403);
  expect((await send({ 'x-csrf-token': await csrfOf(browser) })).status).toBe(202);
});

test.each([
  ['/runs/release%3Asample%3A1.1.0?x=1#end', '/runs/release%3Asample%3A1.1.0?x=1'],
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-out', '/'],
  [undefined, '/'],
])('sign-in: from %j it goes on to %j', (next, path) => {
  expect(localPath(next)).toBe(path);
});

test('page: it takes nothing from elsewhere, nothing inline, and is framed by nobody', async () => {
  const { headers } = await (await signedIn()).get('/page');
  const policy = headers.get('content-security-policy')?.split('; ');
  for (const rule of ["default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"]) {
    expect(policy).toContain(rule);
  }
  expect(headers.get('referrer-policy')).toBe('same-origin');
  expect(headers.get('cache-control')).toBe('no-store');
});
