import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CryptoKey, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDirectory } from '../../src/config/directory.ts';
import type { AuditEntry } from '../../src/domain/audit.ts';
import { CLIENT, TestIdentityProvider } from '../support/identity-provider.ts';
import { Browser } from './browser.ts';
import { openApi } from './fixture.ts';

const SELF = 'http://localhost';
const provider = new TestIdentityProvider();
let api: ReturnType<typeof openApi>;
let configured: string;
let late = 0;

beforeAll(() => provider.start(`${SELF}/sign-in/oidc/callback`));
afterAll(() => provider.stop());
beforeEach(() => {
  late = 0;
  api = openApi({ now: () => new Date(Date.now() + late) });
  configured = `
oidc:
  issuer: ${provider.issuer}
  clientId: ${CLIENT.id}
  clientSecretFile: oidc-secret
  audience: ${CLIENT.audience}
  scopes: [openid, profile, email, groups]
  roles: { release-managers: [releaser], operations: [operator] }
`;
  appendFileSync(join(api.root, 'slipway.yaml'), configured);
  writeFileSync(join(api.root, 'oidc-secret'), `${CLIENT.secret}\n`);
  api.app.get('/page', (c) => c.json({ login: c.var.person.login, roles: c.var.person.roles }));
  provider.accounts.clear();
  provider.accounts.set('grace', { preferred_username: 'grace', name: 'Grace', groups: ['release-managers', 'choir'] });
  provider.accounts.set('tom', { preferred_username: 'tom', groups: ['operations'] });
  provider.accounts.set('mallory', { preferred_username: 'mallory', groups: ['choir'] });
});
afterEach(() => api.close());

async function signIn(browser: Browser, login: string, next = '/page') {
  const begun = await browser.get(`/sign-in/oidc?next=${encodeURIComponent(next)}`);
  const came = await provider.signIn(begun.headers.get('location') ?? '', login);
  return browser.get(came.slice(SELF.length));
}

const shown = async (browser: Browser) => (await browser.get('/page')).json();
async function audited(): Promise<AuditEntry[]> {
  const day = new Date(Date.now() + late).toISOString().slice(0, 10);
  return (await api.audit.entriesOf(day)).filter(({ what }) => what === 'sign-in' || what === 'authenticate');
}

test('OIDC: whoever the provider vouches for is signed in, with the roles that the claims mean, and comes back to where they were', async () => {
  const browser = new Browser(api);
  const answer = await signIn(browser, 'grace');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/page']);
  expect(await shown(browser)).toEqual({ login: 'grace', roles: ['releaser'] });
  expect(browser.cookies.has('slipway-oidc')).toBe(false);
  expect(await audited()).toMatchObject([{ what: 'sign-in', by: 'grace', means: 'oidc', verdict: 'accepted' }]);
});

test("OIDC: the configuration's roles are theirs as well", async () => {
  const browser = new Browser(api);
  await signIn(browser, 'tom');
  expect(await shown(browser)).toEqual({ login: 'tom', roles: ['tech-lead', 'operator'] });
});

test('OIDC: a run that begins from now on knows whoever signed in', async () => {
  await signIn(new Browser(api), 'grace');
  const directoryOfWorker = openDirectory(api.root, api.root);
  expect(await directoryOfWorker.people('sample')).toContainEqual({
    login: 'grace',
    name: 'Grace',
    roles: ['releaser'],
  });
  expect(await api.directory.person('grace')).toBeUndefined(); // by a token nobody is let in for it
});

test('OIDC: somebody without a role here is not signed in', async () => {
  const browser = new Browser(api);
  const answer = await signIn(browser, 'mallory');
  expect(answer.headers.get('location')).toBe('/sign-in?failed=oidc&next=%2Fpage');
  expect((await browser.get('/v1/runs')).status).toBe(401);
  expect(await audited()).toMatchObject([
    { what: 'sign-in', verdict: 'refused', reason: expect.stringContaining('not known here') },
    { what: 'authenticate' },
  ]);
});

test('OIDC: what is asked of the provider is bound to this browser by state, nonce and a code challenge', async () => {
  const browser = new Browser(api);
  const begun = await browser.get('/sign-in/oidc');
  const asked = new URL(begun.headers.get('location') ?? '').searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
  expect(begun.headers.get('set-cookie')).toMatch(/^slipway-oidc=.*Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
});

test.each([
  ['in another browser', 'did not begin', async (came: string) => new Browser(api).get(came)],
  [
    'with another state',
    'state',
    async (came: string, browser: Browser) => browser.get(came.replace(/state=[^&]*/, 'state=other')),
  ],
  [
    'for what another browser began',
    'state',
    async (came: string) => {
      const other = new Browser(api);
      await other.get('/sign-in/oidc');
      return other.get(came);
    },
  ],
  [
    'a second time',
    'did not begin',
    async (came: string, browser: Browser) => {
      await browser.get(came);
      return browser.get(came);
    },
  ],
])('OIDC: to come back %s signs nobody in', async (_what, why, comeBack) => {
  const browser = new Browser(api);
  const begun = await browser.get('/sign-in/oidc');
  const came = (await provider.signIn(begun.headers.get('location') ?? '', 'grace')).slice(SELF.length);
  const answer = await comeBack(came, browser);
  expect(answer.headers.get('location')).toMatch(/^\/sign-in\?failed=oidc/);
  expect((await audited()).at(-1)).toMatchObject({ verdict: 'refused', reason: expect.stringContaining(why) });
});

test('OIDC: a code that is stolen is of no use to another browser, whatever it says', async () => {
  const begun = await new Browser(api).get('/sign-in/oidc');
  const stolen = new URL(await provider.signIn(begun.headers.get('location') ?? '', 'grace')).searchParams.get('code');
  const thief = new Browser(api);
  const own = new URL((await thief.get('/sign-in/oidc')).headers.get('location') ?? '').searchParams.get('state');
  const answer = await thief.get(
    `/sign-in/oidc/callback?code=${stolen}&state=${own}&iss=${encodeURIComponent(provider.issuer)}`,
  );
  expect(answer.headers.get('location')).toMatch(/failed=oidc/);
});

test('OIDC: a sign-in by it ends after its own time, and with the provider in the configuration', async () => {
  const browser = new Browser(api);
  await signIn(browser, 'grace');
  const file = join(api.root, 'slipway.yaml');
  const text = api.config();
  writeFileSync(file, text.replace(configured, ''));
  expect((await browser.get('/v1/runs')).status).toBe(401);
  writeFileSync(file, text);
  expect((await browser.get('/v1/runs')).status).toBe(200);
  for (let hour = 0; hour < 13; hour++) {
    late += 3_600_000;
    await browser.get('/v1/runs');
  }
  expect((await browser.get('/v1/runs')).status).toBe(401);
});

test('OIDC: without a provider there is nothing to sign in by', async () => {
  const other = openApi();
  expect((await new Browser(other).get('/sign-in/oidc')).status).toBe(404);
  const bearer = {
    headers: { authorization: `Bearer ${await provider.token({ preferred_username: 'grace' })}` },
    as: null,
  };
  expect((await other.get('/v1/runs', bearer)).status).toBe(401);
  other.close();
});

const grace = { preferred_username: 'grace', groups: ['release-managers'] };
const ask = (token: string) => api.get('/v1/runs', { as: null, headers: { authorization: `Bearer ${token}` } });

test('JWT: a bearer token of the provider for this service is taken, with its roles', async () => {
  expect((await ask(await provider.token(grace))).status).toBe(200);
  const authorization = `Bearer ${await provider.token(grace)}`;
  const started = await api.post(
    '/v1/releases',
    { project: 'sample', version: '1.1.0' },
    { as: null, headers: { authorization } },
  );
  expect(started.status).toBe(202);
  expect((await api.audit.entriesOf(new Date().toISOString().slice(0, 10))).at(-1)).toMatchObject({
    by: 'grace',
    means: 'jwt',
  });
});

const past = () => Math.floor(Date.now() / 1000) - 3600;

test.each<[string, string, () => Promise<string> | string]>([
  ['that has expired', 'exp', () => provider.token({ ...grace, exp: past() })],
  ['that never expires', 'exp', () => provider.token({ ...grace, exp: undefined })],
  ['that is not valid yet', 'nbf', () => provider.token({ ...grace, nbf: past() + 7200 })],
  ['for another service', 'aud', () => provider.token({ ...grace, aud: 'https://other.example' })],
  ['for nobody', 'aud', () => provider.token({ ...grace, aud: undefined })],
  ['of another issuer', 'iss', () => provider.token({ ...grace, iss: 'https://evil.example' })],
  [
    'that is not signed',
    'alg',
    () =>
      new UnsecuredJWT({ ...grace, iss: provider.issuer, aud: CLIENT.audience, sub: 'x', exp: past() + 7200 }).encode(),
  ],
  [
    'signed with the public key as a shared secret',
    'alg',
    async () => {
      const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open } = provider.key;
      const pem = await exportSPKI((await importJWK(open, 'RS256')) as CryptoKey);
      return forged(new TextEncoder().encode(pem), 'HS256');
    },
  ],
  [
    "signed with somebody else's key",
    'signature',
    async () => forged((await generateKeyPair('RS256')).privateKey, 'RS256'),
  ],
  ['by an algorithm that is not taken', 'alg', () => provider.token(grace, { alg: 'RS512' })],
  ['of a key that nobody knows', 'key', () => provider.token(grace, { kid: 'two' })],
  ['of somebody without a role here', 'not known here', () => provider.token({ ...grace, groups: ['choir'] })],
  ['that names nobody', 'not known here', () => provider.token({ groups: ['operations'] })],
  [
    'that was changed',
    'signature',
    async () => (await provider.token(grace)).replace(/\.[\w-]+\./, (own) => `${own.slice(0, 6)}A${own.slice(7)}`),
  ],
])('JWT: a token %s is refused, and that is told of', async (_what, why, make) => {
  const { status, body } = await ask(await make());
  expect([status, body.code]).toEqual([401, 'identity-refused']);
  const [entry] = await audited();
  expect(entry).toMatchObject({ what: 'authenticate', verdict: 'refused', code: 'identity-refused', by: null });
  expect(entry?.reason).toMatch(new RegExp(why, 'i'));
});

function forged(key: CryptoKey | Uint8Array, alg: string): Promise<string> {
  const claims = { ...grace, iss: provider.issuer, aud: CLIENT.audience, sub: 'x', exp: past() + 7200 };
  return new SignJWT(claims).setProtectedHeader({ alg, kid: 'one' }).sign(key);
}

test('JWT: where the provider does not answer, the request may be repeated', async () => {
  writeFileSync(join(api.root, 'slipway.yaml'), api.config().replace(provider.issuer, 'http://127.0.0.1:9'));
  const { status, body, headers } = await ask(await provider.token(grace));
  expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'identity-provider-unreachable', '5']);
});

test('OIDC: an e-mail address names the person of the configuration, if the provider has verified it', async () => {
  const file = join(api.root, 'slipway.yaml');
  const text = api.config().replace('login: tom,', 'login: tom, email: tom@acme.example,');
  writeFileSync(file, `${text}  claims: { login: email }\n`);
  const mail = (claims: object) => provider.token({ email: 'Tom@acme.example', ...claims });
  expect((await ask(await mail({ email_verified: true }))).status).toBe(200);
  expect((await ask(await mail({ email_verified: false }))).status).toBe(401);
  expect((await ask(await mail({}))).status).toBe(401);
});
