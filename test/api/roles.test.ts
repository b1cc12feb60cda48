import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Act, whoMay } from '../../src/domain/authority.ts';
import type { Role } from '../../src/domain/project.ts';
import { COMMIT, MANIFEST, openApi } from './fixture.ts';

type Who = Act | 'everybody' | 'whoever is signed in' | 'whoever scrapes';

interface Route {
  readonly may: Who;
  readonly path?: string;
  readonly body?: object;
  /** As a page sends it. */
  readonly form?: Record<string, string>;
}

const run = '/v1/runs/release:sample:1.1.0';
const named = { commit: COMMIT, manifest: MANIFEST };
const version = { project: 'sample', version: '1.1.0' };
const schedule = '/v1/projects/sample/schedules/prerelease';
const decide = { step: 'test.gate.tests', attempt: 1, reason: 'because' };

/** Every route there is, by whom it may be used: a route that is not here fails the test. Several lines: it hangs on the body. */
const ROUTES: Record<string, Route | readonly Route[]> = {
  'GET /healthz': { may: 'everybody' },
  'GET /readyz': { may: 'everybody' },
  'GET /metrics': { may: 'whoever scrapes' }, // its own token is what counts: metrics.test.ts
  'POST /hooks/github': { may: 'everybody' }, // its signature is what counts
  'GET /openapi.json': { may: 'everybody' },
  'GET /docs': { may: 'everybody' },
  'GET /assets/docs.css': { may: 'everybody' },
  'GET /sign-in': { may: 'everybody' },
  'POST /sign-in': { may: 'everybody' },
  'GET /sign-in/oidc': { may: 'everybody' },
  'GET /sign-in/oidc/callback': { may: 'everybody' },
  'POST /sign-out': { may: 'whoever is signed in' },
  'GET /v1/projects': { may: 'look' },
  'GET /v1/projects/:project': { may: 'look', path: '/v1/projects/sample' },
  'GET /v1/projects/:project/next': { may: 'look', path: '/v1/projects/sample/next' },
  'GET /v1/runs': { may: 'look' },
  'GET /v1/runs/:id': { may: 'look', path: run },
  // What has ended is told once; a line to what goes on would stay open.
  'GET /v1/runs/:id/events': { may: 'look', path: '/v1/runs/release:sample:1.0.9/events' },
  'GET /v1/runs/:id/checklist': { may: 'look', path: `${run}/checklist` },
  'GET /v1/runs/:id/artifacts/:digest': { may: 'look', path: `${run}/artifacts/${MANIFEST}` },
  'GET /v1/audit': { may: 'whoever is signed in' },
  'GET /v1/schedules': { may: 'look' },
  'GET /v1/projects/:project/schedules': { may: 'look', path: '/v1/projects/sample/schedules' },
  'PUT /v1/projects/:project/schedules/:name': { may: 'schedule', path: schedule, body: { every: 'weekly' } },
  'POST /v1/projects/:project/schedules/:name/pause': {
    ...{ may: 'schedule', path: `${schedule}/pause`, body: { reason: 'because' } },
  },
  'POST /v1/projects/:project/schedules/:name/resume': {
    ...{ may: 'schedule', path: `${schedule}/resume`, body: { reason: 'because' } },
  },
  'POST /codec/decode': { may: 'look', body: { payloads: [] } },
  'POST /v1/releases': { may: 'start', body: version },
  'POST /v1/hotfixes': { may: 'start', body: { ...version, title: 'Crash' } },
  'POST /v1/rollbacks': { may: 'roll-back', body: { ...version, reason: 'It crashes' } },
  'POST /v1/runs/:id/sign-offs': {
    ...{ may: 'sign', path: `${run}/sign-offs`, body: { role: 'tech-lead', decision: 'approve', ...named } },
  },
  'POST /v1/runs/:id/checks': { may: 'check', path: `${run}/checks`, body: { item: 'x', passed: true, ...named } },
  'POST /v1/runs/:id/decisions': [
    { may: 'decide', path: `${run}/decisions`, body: { ...decide, action: 'retry' } },
    { may: 'skip', path: `${run}/decisions`, body: { ...decide, action: 'skip' } },
  ],
  'POST /v1/runs/:id/fix': { may: 'fix', path: `${run}/fix`, body: { commits: [COMMIT] } },
  'POST /v1/runs/:id/watch': [
    { may: 'watch', path: `${run}/watch`, body: { attempt: 1, action: 'conclude', reason: 'because' } },
    { may: 'roll-back', path: `${run}/watch`, body: { attempt: 1, action: 'rollback', reason: 'because' } },
  ],
  'POST /v1/runs/:id/pause': { may: 'control', path: `${run}/pause`, body: { reason: 'because' } },
  'POST /v1/runs/:id/resume': { may: 'control', path: `${run}/resume`, body: { reason: 'because' } },
  'POST /v1/runs/:id/abort': { may: 'control', path: `${run}/abort`, body: { reason: 'because' } },
};

/** Pages, as the dashboard has them: whoever may not is told so in words. */
const PAGES: typeof ROUTES = {
  'GET /': { may: 'look' },
  'GET /runs': { may: 'look' },
  'GET /runs/:id': { may: 'look', path: '/runs/release:sample:1.1.0' },
  'POST /runs/:id/:what': [
    {
      ...{ may: 'sign', path: '/runs/release:sample:1.1.0/sign-offs' },
      form: { role: 'tech-lead', decision: 'approve', ...named },
    },
    { may: 'skip', path: '/runs/release:sample:1.1.0/decisions', form: { ...decide, attempt: '1', action: 'skip' } },
  ],
  'GET /start': { may: 'whoever is signed in' },
  'GET /start/:kind': { may: 'whoever is signed in', path: '/start/release' },
  'POST /start/:kind': [
    { may: 'start', path: '/start/release', form: version },
    { may: 'roll-back', path: '/start/rollback', form: { ...version, reason: 'It crashes' } },
  ],
  'GET /projects': { may: 'look' },
  'GET /projects/:project': { may: 'look', path: '/projects/sample' },
  'POST /projects/:project/schedules/:name/:what': {
    ...{ may: 'schedule', path: '/projects/sample/schedules/prerelease/change', form: { every: 'weekly' } },
  },
  'GET /assets/*': { may: 'everybody', path: '/assets/live.js' },
  'GET /assets/docs.css': { may: 'everybody' },
  'GET /docs': { may: 'everybody' },
  'GET /openapi.json': { may: 'everybody' },
};

const PEOPLE: Readonly<Record<string, readonly Role[]>> = {
  vera: ['viewer'],
  rita: ['releaser'],
  tom: ['tech-lead'],
  quinn: ['qa'],
  paula: ['product-owner'],
  sara: ['security'],
  otto: ['operator'],
  anna: ['admin'],
  nora: [],
};

let api: ReturnType<typeof openApi>;
beforeEach(async () => {
  api = openApi();
});
afterEach(() => api.close());

test('roles: every route of the service is in the table', () => {
  const there = api.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
  expect(new Set(there)).toEqual(new Set(Object.keys({ ...ROUTES, ...PAGES })));
});

const cases = Object.entries({ ...ROUTES, ...PAGES }).flatMap(([route, lines]) =>
  [lines].flat().map((line) => ({ route, name: `${route}${Array.isArray(lines) ? ` (${line.may})` : ''}`, ...line })),
);

describe.each(cases)('roles: $name is for $may:', ({ route, may, path, body, form }) => {
  const [method = '', pattern = ''] = route.split(' ');
  const ask = async (as: string | null) => {
    await api.openRelease();
    const sent = form ? new URLSearchParams(form).toString() : body;
    const headers = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    return api.call(method, path ?? pattern, { as, headers, ...(sent === undefined ? {} : { body: sent }) });
  };

  test.each(Object.keys(PEOPLE))('%s', async (login) => {
    const { body: answer } = await ask(login);
    const allowed =
      may === 'everybody' ||
      may === 'whoever is signed in' ||
      (may !== 'whoever scrapes' && whoMay(may).some((role) => PEOPLE[login]?.includes(role)));
    const refused = may === 'whoever scrapes' ? 'unauthenticated' : 'forbidden';
    expect(refusal(answer)).toBe(allowed ? undefined : refused);
  });

  test('nobody', async () => {
    const { status, headers, body: answer } = await ask(null);
    if (may === 'everybody') expect(refusal(answer)).toBeUndefined();
    else if (/^\/(v1|codec)/.test(pattern) || may === 'whoever scrapes')
      expect(refusal(answer)).toBe('unauthenticated');
    else expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/^\/sign-in/)]);
  });
});

/** Whether a person is let through is one question; what a run or a signature says to it is another. */
function refusal(body: { code?: string } | null): string | undefined {
  return body?.code === 'forbidden' || body?.code === 'unauthenticated' ? body.code : undefined;
}

test('roles: one that holds in a single project opens that project alone', async () => {
  const { get } = api;
  await api.openRelease();
  expect((await get(run, { as: 'pia' })).status).toBe(200);
  expect((await get('/v1/runs/release:other:1.1.0', { as: 'pia' })).status).toBe(403);
  expect((await get('/v1/runs', { as: 'pia' })).status).toBe(403);
  expect((await get('/v1/runs?project=sample', { as: 'pia' })).status).toBe(200);
});
