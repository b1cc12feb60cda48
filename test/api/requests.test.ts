import { afterAll, expect, test } from 'vitest';
import { openApi } from './fixture.ts';

const api = openApi();
afterAll(() => api.close());

const release = { project: 'sample', version: '9.9.9' };

test.each([
  ['without a token', null],
  ['with a token of nobody', 'mallory'],
])('API: a request %s is answered 401', async (_what, as) => {
  const answer = await api.post('/v1/releases', release, { as });
  expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  expect(api.runs.started).toEqual([]);
});

test.each(['Basic dG9tOng=', 'Bearer', 'Bearer ', `Bearer ${'x'.repeat(600)}`, 'token-of-rita'])(
  'API: %j is no token',
  async (authorization) => {
    expect((await api.get('/v1/runs', { as: null, headers: { authorization } })).status).toBe(401);
  },
);

test('API: a body that is not JSON is 400, another content type 415, a large one 413', async () => {
  expect(await api.post('/v1/releases', '{"project":')).toMatchObject({
    status: 400,
    body: { code: 'body-malformed' },
  });
  expect(await api.post('/v1/releases', '')).toMatchObject({ status: 400 });
  const form = { headers: { 'content-type': 'text/plain' } };
  expect(await api.post('/v1/releases', release, form)).toMatchObject({
    status: 415,
    body: { code: 'content-type-unsupported' },
  });
  const large = { ...release, version: 'x'.repeat(70_000) };
  expect(await api.post('/v1/releases', large)).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
  expect(api.runs.started).toEqual([]);
});

test('API: problems follow RFC 9457 and name the request', async () => {
  const { body, headers } = await api.get('/v1/nothing');
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toEqual({
    type: 'urn:slipway:problem:not-found',
    title: 'Not found',
    status: 404,
    code: 'not-found',
    detail: 'there is no GET /v1/nothing',
    remedy: expect.any(String),
    requestId: headers.get('x-request-id'),
  });
});

test('API: answers forbid to be framed, sniffed or read by pages of other origins', async () => {
  const { headers } = await api.get('/v1/runs', { headers: { origin: 'https://evil.example' } });
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('API: the log holds who asked for what, and no token', async () => {
  await api.get('/v1/runs');
  expect(api.lines.at(-1)).toContain('"person":"rita"');
  expect(api.lines.join()).not.toContain('token-of');
});

test('API: it lives without Temporal, but is not ready', async () => {
  expect(await api.get('/readyz', { as: null })).toMatchObject({
    status: 200,
    body: { checks: { temporal: 'ok', configuration: 'ok' } },
  });
  api.runs.reachable = false;
  expect(await api.get('/healthz', { as: null })).toMatchObject({ status: 200 });
  expect(await api.get('/readyz', { as: null })).toMatchObject({
    status: 503,
    body: { checks: { temporal: 'unreachable' } },
  });
  api.runs.reachable = true;
});

test('API: an error that nobody planned tells the caller nothing of its inside', async () => {
  const list = api.runs.list;
  api.runs.list = () => Promise.reject(new Error('secret detail'));
  const answer = await api.get('/v1/runs');
  api.runs.list = list;
  expect(answer).toMatchObject({ status: 500, body: { code: 'unexpected' } });
  expect(JSON.stringify(answer.body)).not.toContain('secret detail');
});
