import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressOf } from '../../src/api/where-from.ts';
import { Browser } from './browser.ts';
import { openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

const limits = (text: string) => appendFileSync(join(api.root, 'slipway.yaml'), `\nlimits: { ${text} }\n`);
/** A request as it comes from that address. */
const from = (address: string) => ({
  incoming: { socket: { remoteAddress: address, remotePort: 1, remoteFamily: 'IPv4' } },
});

async function signIn(token: string, address = '192.0.2.1') {
  const body = new URLSearchParams({ token });
  return api.app.request('/sign-in', { method: 'POST', body }, from(address));
}

test('limits: whoever tries to sign in too often from one address has to wait, and is told how long', async () => {
  limits('signIns: 3');
  for (let count = 0; count < 3; count++) expect((await signIn('wrong')).status).toBe(303);
  const answer = await signIn('token-of-rita');
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect((await signIn('token-of-rita', '192.0.2.2')).status).toBe(303);
});

test('limits: from however many addresses, sign-ins are limited in all; whoever is signed in goes on', async () => {
  const browser = new Browser(api);
  await browser.submit('/sign-in', { token: 'token-of-rita' });
  limits('allSignIns: 3');
  for (let last = 1; last < 3; last++) await signIn('wrong', `192.0.2.${last}`);
  expect((await signIn('token-of-tom', '192.0.2.9')).status).toBe(429);
  expect((await browser.get('/v1/runs')).status).toBe(200);
});

test('limits: refused tokens are limited by address, and nobody with a good one is held up', async () => {
  limits('refusals: 2');
  const statuses: number[] = [];
  for (const as of ['nobody', 'nobody', 'nobody', 'rita', 'nobody'])
    statuses.push((await api.get('/v1/runs', { as })).status);
  expect(statuses).toEqual([401, 401, 429, 200, 429]);
});

test('limits: what one person sends to change something is limited; to look is not, nor are others', async () => {
  limits('writes: 2');
  const send = (as: string) => api.post('/v1/releases', { project: 'sample', version: '1.1.0' }, { as, key: 'one' });
  const statuses = [(await send('rita')).status, (await send('rita')).status];
  const { status, body } = await send('rita');
  expect([...statuses, status, body.code]).toEqual([202, 202, 429, 'too-many-requests']);
  expect((await api.get('/v1/runs')).status).toBe(200);
  expect((await send('anna')).status).toBe(409); // rita's run is open
});

test('limits: what was too much is told of in the audit trail', async () => {
  limits('writes: 1');
  for (let count = 0; count < 2; count++) await api.post('/v1/releases', { project: 'sample', version: '1.1.0' });
  const { body } = await api.get('/v1/audit?verdict=refused');
  expect(body.entries).toMatchObject([{ what: 'start-release', by: 'rita', code: 'too-many-requests' }]);
});

test.each([
  ['nothing trusted', [], '10.0.0.1', '192.0.2.7', '10.0.0.1'],
  ['a trusted proxy', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.7', '192.0.2.7'],
  ['two of them', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.7, 10.0.0.2', '192.0.2.7'],
  ['an address that the sender made up', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, 192.0.2.7', '192.0.2.7'],
  ['rubbish', ['10.0.0.0/8'], '10.0.0.1', 'unknown', '10.0.0.1'],
  ['IPv6', ['::1'], '::1', '2001:db8::7', '2001:db8::7'],
  ['IPv4 in IPv6', ['10.0.0.1'], '::ffff:10.0.0.1', '192.0.2.7', '192.0.2.7'],
])('where from: %s (%j): %s, which says %j, is %s', async (_what, trustedProxies, direct, said, address) => {
  const seen: (string | null)[] = [];
  api.app.get('/sign-in/where', async (c) => {
    seen.push(await addressOf(c, { ...api.directory, trustedProxies: async () => trustedProxies }));
    return c.text('');
  });
  await api.app.request('/sign-in/where', { headers: { 'x-forwarded-for': said } }, from(direct));
  expect(seen).toEqual([address]);
});
