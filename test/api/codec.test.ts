import { createSecretKey, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encryptionCodec } from '../../src/temporal/codec.ts';
import { openApi } from './fixture.ts';

const UI = 'https://temporal.acme.example';
const keys = { current: 'spring', keys: { spring: createSecretKey(randomBytes(32)) } };
const codec = encryptionCodec({ namespace: 'default', keys: async () => keys });

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi({ payloads: { namespace: 'default', decode: codec.decode } });
  configure(`temporalUi: ${UI}/namespaces/default\n`);
});
afterEach(() => api.close());

const configure = (line: string) => writeFileSync(join(api.root, 'slipway.yaml'), `${line}${api.config()}`);

async function encrypted(value: unknown, by = codec) {
  const [payload] = await by.encode([defaultPayloadConverter.toPayload(value)!]);
  const metadata = Object.entries(payload!.metadata!).map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString('base64'),
  ]);
  return { metadata: Object.fromEntries(metadata), data: Buffer.from(payload!.data!).toString('base64') };
}

const decode = (payloads: unknown[], options = {}) => api.post('/codec/decode', { payloads }, options);
const textOf = (payload: { data: string }) => Buffer.from(payload.data, 'base64').toString();

test('codec endpoint: the Temporal UI of this service is shown what whoever signed in may see', async () => {
  const answer = await decode([await encrypted({ reason: 'it crashes' }), await encrypted('second')], {
    as: 'vera',
    headers: { origin: UI, 'x-namespace': 'default' },
  });
  expect(answer.status).toBe(200);
  expect(answer.body.payloads.map(textOf)).toEqual(['{"reason":"it crashes"}', '"second"']);
  expect(answer.headers.get('access-control-allow-origin')).toBe(UI);
  expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('codec endpoint: a browser signed in by cookie needs no token of a form, only to come from the UI', async () => {
  const signIn = await api.app.request('/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ token: 'token-of-vera' }).toString(),
  });
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(cookie).not.toBe('');
  const payloads = [await encrypted('by cookie')];
  const ask = (headers: Record<string, string>) => decode(payloads, { as: null, headers: { cookie, ...headers } });
  expect((await ask({ origin: UI, 'sec-fetch-site': 'same-site' })).body.payloads.map(textOf)).toEqual(['"by cookie"']);
  for (const headers of [
    { origin: 'https://elsewhere.acme.example', 'sec-fetch-site': 'same-site' },
    { origin: `${UI}.evil.example`, 'sec-fetch-site': 'cross-site' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    const { status, body, headers: answered } = await ask(headers as Record<string, string>);
    expect([status, body.code]).toEqual([403, 'cross-site']);
    expect(answered.get('access-control-allow-origin')).toBe(null);
  }
});

test('codec endpoint: a preflight is answered for the UI and for no other origin', async () => {
  const ask = async (origin: string) => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-namespace',
    };
    const { headers: answered } = await api.app.request('/codec/decode', { method: 'OPTIONS', headers });
    return answered.get('access-control-allow-origin');
  };
  expect(await ask(UI)).toBe(UI);
  expect(await ask('https://elsewhere.acme.example')).toBe(null);
});

test('codec endpoint: who is not signed in gets 401, who may not look 403, and nothing is decrypted', async () => {
  const payloads = [await encrypted('hidden')];
  for (const [as, status] of [
    [null, 401],
    ['nora', 403],
  ] as const) {
    const answer = await decode(payloads, { as, headers: { origin: UI } });
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.not.stringContaining('hidden')]);
  }
});

test('codec endpoint: what a key that is gone wrote stays as it is; what was changed is refused; nothing is encrypted', async () => {
  const gone = encryptionCodec({
    namespace: 'default',
    keys: async () => ({ current: 'old', keys: { old: keys.keys.spring } }),
  });
  const old = await encrypted('old', gone);
  const { status, body } = await decode([old, await encrypted('young')]);
  expect([status, body.payloads[0], textOf(body.payloads[1])]).toEqual([200, old, '"young"']);
  const payload = await encrypted('secret');
  const changed = { ...payload, data: Buffer.from('x'.repeat(60)).toString('base64') };
  expect((await decode([changed])).body.code).toBe('payload-unreadable');
  expect((await decode([], { headers: { 'x-namespace': 'others' } })).status).toBe(404);
  expect((await api.post('/codec/encode', { payloads: [] })).status).toBe(404);
});

test('codec endpoint: the trail says who had how much decrypted, and a minute has its limit', async () => {
  configure('limits: { decodes: 2 }\n');
  const payloads = [await encrypted('a'), await encrypted('b')];
  await decode(payloads);
  await decode(payloads);
  expect((await decode(payloads)).status).toBe(429);
  const { body } = await api.get('/v1/audit?what=decode-payloads', { as: 'anna' });
  expect(body.entries).toMatchObject([
    { by: 'rita', verdict: 'accepted', details: { payloads: 2 } },
    { by: 'rita', verdict: 'accepted', details: { payloads: 2 } },
  ]);
  expect(api.lines.join()).not.toContain('"a"');
});
