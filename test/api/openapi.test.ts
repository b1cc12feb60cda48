import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATIONS, openApiDocument } from '../../src/api/openapi/document.ts';
import { breaches } from './contract.ts';
import { openApi } from './fixture.ts';

let api: ReturnType<typeof openApi>;
beforeEach(() => {
  api = openApi();
});
afterEach(() => api.close());

/** What programs use; pages are for people alone. */
const FOR_PROGRAMS = /^\/(v1|hooks|codec)\/|^\/(healthz|readyz|metrics|openapi\.json|docs)$/;

test('OpenAPI: every route is in the document, and what is in the document is a route', () => {
  const routes = api.app.routes
    .filter(({ method, path }) => method !== 'ALL' && FOR_PROGRAMS.test(path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect([...new Set(routes)].sort()).toEqual(Object.keys(OPERATIONS).sort());
});

test('OpenAPI: the document is there without a sign-in, and refers to nothing that it does not hold', async () => {
  const { status, body } = await api.get('/openapi.json', { as: null });
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  const text = JSON.stringify(body);
  const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
  expect(referred.filter((name) => !(name in body.components.schemas))).toEqual([]);
  expect(text).not.toContain('$defs');
});

test('OpenAPI: names are given once, and examples are what their schemas take', () => {
  const names = Object.values(OPERATIONS).map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  for (const { name, body, example } of Object.values(OPERATIONS)) {
    if (example) expect(body?.safeParse(example).error, name).toBe(undefined);
  }
});

test('OpenAPI: what the document says of a body, the reader of bodies says as well', () => {
  const { components } = openApiDocument();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', components });
  const { ReleaseRequest } = components.schemas;
  expect(ReleaseRequest).toMatchObject({ additionalProperties: false, required: ['project'] });
  for (const { name, body, example } of Object.values(OPERATIONS)) {
    if (!example || !body) continue;
    const type = Object.keys(components.schemas).find((one) => one === requestName(name));
    const validate = ajv.getSchema(`api#/components/schemas/${type}`);
    expect(validate?.(example), `${name} ${JSON.stringify(validate?.errors)}`).toBe(true);
    expect(validate?.({ ...example, nobodyKnows: 1 }), name).toBe(false);
  }
});

function requestName(operation: string): string {
  const of: Record<string, string> = {
    decide: 'Decision',
    fixReady: 'Fix',
    pause: 'Control',
    resume: 'Control',
    abort: 'Control',
    pauseSchedule: 'Control',
    resumeSchedule: 'Control',
    putSchedule: 'Schedule',
  };
  const word = of[operation] ?? operation.replace('start', '');
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}Request`;
}

test('OpenAPI: a breach of the contract is seen', async () => {
  await api.openRelease();
  const path = '/v1/runs/release:sample:1.1.0';
  const { status, headers, body } = await api.get(path);
  const answered = { method: 'GET', path, status, headers, body };
  expect(breaches(answered)).toEqual([]);
  expect(breaches({ ...answered, body: { ...body, phase: 'lunch' } })).toHaveLength(1);
  expect(breaches({ ...answered, body: { ...body, secret: 1 } })).toHaveLength(1);
  expect(breaches({ ...answered, status: 418 })).toEqual([`GET /v1/runs/{id} does not say that it answers 418`]);
});

test('docs: a page for people without a sign-in, a script, or anything from elsewhere', async () => {
  const answer = await api.app.request('/docs');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*style-src 'self'/);
  const page = await answer.text();
  for (const { summary } of Object.values(OPERATIONS)) expect(page).toContain(escaped(summary));
  expect(page).toContain('run-open');
  expect(page).not.toMatch(/<script|<style|style=|(src|href)="https?:/);
  const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
  expect(anchors.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual([...new Set(ids)]);
  const style = await api.app.request('/assets/docs.css');
  expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
});

function escaped(text: string): string {
  return text.replaceAll("'", '&#39;');
}

test('API: an address that is asked in another way says how it is asked', async () => {
  const { status, headers, body } = await api.call('DELETE', '/v1/runs/release:sample:1.0.0');
  expect([status, body.code, headers.get('allow')]).toEqual([405, 'method-not-allowed', 'GET, HEAD']);
});
