import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { wishFor } from '../../src/api/ensure-schedules.ts';
import { signerWith } from '../../src/api/signing.ts';
import { temporalSchedules } from '../../src/api/temporal-schedules.ts';
import type { StandingOrder } from '../../src/domain/standing-order.ts';
import { keyPair } from '../support/signing-world.ts';
import { type Harness, harness } from '../support/temporal.ts';
import { Browser } from './browser.ts';
import { openApi } from './fixture.ts';

const ONE = '/v1/projects/sample/schedules/prerelease';
const SCHEDULE = 'schedule: { prerelease: weekly, minor: 4-6 weeks }\n';

type Api = ReturnType<typeof openApi>;

function follows(api: Api, yaml: string): Promise<void> {
  appendFileSync(join(api.root, 'projects/sample.yaml'), yaml);
  return api.ensureSchedules();
}

describe('schedules', () => {
  let api: Api;
  beforeEach(async () => {
    let seconds = 0;
    api = openApi({ now: () => new Date(Date.parse('2026-01-06T10:00:00Z') + 1000 * seconds++) });
    await follows(api, SCHEDULE);
  });
  afterEach(() => api.close());

  test('of a project file are there once the API has started, and are shown with their last looks', async () => {
    const { body } = await api.get('/v1/projects/sample/schedules');
    expect(body.schedules).toMatchObject([
      {
        ...{ name: 'prerelease', every: 'weekly', weekday: 'monday', hour: 6, source: 'file', paused: null },
        ...{ next: ['2026-01-12T06:00:00.000Z'], last: [{ kind: 'nothing', says: 'nothing is new since 1.1.0' }] },
      },
      { name: 'minor', every: '4-6 weeks' },
    ]);
    expect((await api.get('/v1/schedules')).body).toEqual(body);
  });

  test('are paused and resumed with a reason, by whoever may, and it is written down', async () => {
    const paused = await api.post(`${ONE}/pause`, { reason: 'fair' }, { as: 'otto' });
    expect(paused).toMatchObject({
      ...{
        status: 200,
        body: { paused: { by: 'otto', at: expect.stringMatching(/^2026-01-06T10:00/), reason: 'fair' }, next: [] },
      },
    });
    expect((await api.post(`${ONE}/resume`, { reason: 'over' }, { as: 'tom' })).status).toBe(403);
    expect((await api.post(`${ONE}/pause`, {})).status).toBe(422);
    expect((await api.post(`${ONE}/resume`, { reason: 'over' })).body.paused).toBeNull();
    const { body } = await api.get('/v1/audit?limit=10', { as: 'otto' });
    expect(body.entries.map((one: Record<string, unknown>) => [one.what, one.by, one.verdict, one.project])).toEqual([
      ['resume-schedule', 'rita', 'accepted', 'sample'],
      ['pause-schedule', 'rita', 'refused', 'sample'],
      ['resume-schedule', 'tom', 'refused', 'sample'],
      ['pause-schedule', 'otto', 'accepted', 'sample'],
    ]);
    expect(body.entries[3].details).toEqual({ name: 'prerelease', reason: 'fair' });
  });

  test('are changed by a person, whose they are from then on', async () => {
    await api.post(`${ONE}/pause`, { reason: 'fair' });
    const changed = await api.call('PUT', ONE, { body: { every: '3 days', hour: 9 } });
    expect(changed).toMatchObject({
      ...{ status: 200, body: { every: '3 days', weekday: null, hour: 9, source: 'person', by: 'rita' } },
    });
    await api.ensureSchedules(); // the API starts again
    const { body } = await api.get('/v1/projects/sample/schedules');
    expect(body.schedules[0]).toMatchObject({ every: '3 days', source: 'person', paused: { by: 'rita' } });
  });

  test('follow their file while they are its own, and go with it', async () => {
    const file = join(api.root, 'projects/sample.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(SCHEDULE, 'schedule: { minor: 8 weeks }\n'));
    await api.ensureSchedules();
    const { body } = await api.get('/v1/projects/sample/schedules');
    expect(body.schedules).toMatchObject([{ name: 'minor', every: '8 weeks', source: 'file' }]);
  });

  test('of a project whose file has faults stay as they are', async () => {
    await follows(api, 'polcy: strict\n');
    expect((await api.get('/v1/schedules')).body.schedules).toHaveLength(2);
    expect(api.lines.join('\n')).toContain('they stay as they are');
  });

  test.each<[string, string, object, number, string]>([
    [
      'that are not there are not found',
      '/v1/projects/sample/schedules/major/pause',
      { reason: 'x' },
      404,
      'schedule-unknown',
    ],
    ['have three names', '/v1/projects/sample/schedules/patch/pause', { reason: 'x' }, 404, 'schedule-unknown'],
    ['belong to projects', '/v1/projects/none/schedules/minor/pause', { reason: 'x' }, 404, 'not-found'],
  ])('%s', async (_, path, body, status, code) => {
    expect(await api.post(path, body)).toMatchObject({ status, body: { code } });
  });

  test.each([
    [{ every: 'often' }, ['every']],
    [{ every: '6-4 weeks' }, ['every']],
    [{ every: 'weekly', weekday: 'someday', hour: 24 }, ['weekday', 'hour']],
  ])('are not changed to %j', async (body, paths) => {
    const answer = await api.call('PUT', ONE, { body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'request-invalid' } });
    expect(answer.body.faults.map(({ path }: { path: string }) => path)).toEqual(paths);
  });

  test('are not changed by a form of another site, nor without the token of the session', async () => {
    const browser = new Browser(api);
    await browser.submit('/sign-in', { token: 'token-of-rita', next: '/' });
    const path = '/projects/sample/schedules/prerelease/pause';
    const elsewhere = await browser.submit(path, { reason: 'x' }, { 'sec-fetch-site': 'cross-site' });
    expect([elsewhere.status, (await browser.submit(path, { reason: 'x' })).status]).toEqual([403, 403]);
    expect((await api.get('/v1/schedules')).body.schedules[0].paused).toBeNull();
  });
});

test.each<[string, Partial<StandingOrder> | undefined, string | undefined, string | undefined, unknown]>([
  ['none, and none is wanted', undefined, undefined, undefined, 'keep'],
  ['none, and one is wanted', undefined, undefined, 'weekly', { every: 'weekly' }],
  ['the same as in the file', { source: 'file', every: 'weekly' }, undefined, 'weekly', 'keep'],
  ['another than in the file', { source: 'file', every: 'weekly' }, undefined, 'monthly', { every: 'monthly' }],
  ['one that the file names no more', { source: 'file', every: 'weekly' }, undefined, undefined, 'remove'],
  ["a person's own", { source: 'person', every: '3 days' }, undefined, 'weekly', 'keep'],
  ["a person's own that the file never named", { source: 'person', every: '3 days' }, undefined, undefined, 'keep'],
  ["somebody's in a person's name", { source: 'person', every: '1 days' }, 'no proof', 'weekly', { every: 'weekly' }],
  ["somebody's that the file never named", { source: 'person', every: '1 days' }, 'no proof', undefined, 'remove'],
])('where there is %s', (_, order, fault, every, wish) => {
  const known = order && { order: order as StandingOrder, ...(fault === undefined ? {} : { fault }) };
  expect(wishFor(known, every)).toEqual(wish);
});

describe('schedules in Temporal', () => {
  let world: Harness;
  let api: Api;
  const key = keyPair('own');
  beforeAll(async () => {
    world = await harness();
    const signatures = async () => ({
      unsignedSignals: 'refuse' as const,
      keys: { own: { publicKey: key.publicKey } },
    });
    api = openApi({
      realSchedules: () => temporalSchedules(world.client, { signer: signerWith(async () => key), signatures }),
    });
    await follows(api, SCHEDULE);
  });
  afterAll(async () => {
    api?.close();
    await world?.close();
  });

  test('are made, paused, changed, and stay so when the API starts again', async () => {
    const made = await api.get('/v1/projects/sample/schedules');
    expect(made.body.schedules).toMatchObject([{ name: 'prerelease', paused: null, last: [] }, { name: 'minor' }]);
    const [next] = made.body.schedules[0].next;
    expect([new Date(next).getUTCDay(), new Date(next).getUTCHours()]).toEqual([1, 6]);
    expect(made.body.schedules[0].fault).toBeUndefined();

    const paused = await api.post(`${ONE}/pause`, { reason: 'fair: until Monday' }, { as: 'otto' });
    expect(paused.body).toMatchObject({ paused: { by: 'otto', reason: 'fair: until Monday' }, next: [] });
    await api.call('PUT', ONE, { body: { every: '2 weeks', weekday: 'thursday', hour: 15 } });
    await api.ensureSchedules();
    const { body } = await api.get('/v1/projects/sample/schedules');
    expect(body.schedules[0]).toMatchObject({
      ...{ every: '2 weeks', weekday: 'thursday', source: 'person', by: 'rita', paused: { by: 'otto' } },
    });
    const resumed = await api.post(`${ONE}/resume`, { reason: 'over' });
    const [then] = resumed.body.next;
    expect([new Date(then).getUTCDay(), new Date(then).getUTCHours()]).toEqual([4, 15]);

    const { action, policies, spec } = await world.client.schedule.getHandle('cadence:sample:prerelease').describe();
    expect(action).toMatchObject({ workflowType: 'cadence', taskQueue: 'slipway', args: [{ proof: { kid: 'own' } }] });
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 86_400_000 });
    expect(spec.timezone).toBe('UTC');
  });

  test('that somebody paused in Temporal itself are shown so, by nobody who is known', async () => {
    await world.client.schedule.getHandle('cadence:sample:minor').pause('because');
    const { body } = await api.get('/v1/projects/sample/schedules');
    expect(body.schedules[1].paused).toEqual({ by: null, at: null, reason: 'because' });
  });

  test('whose order was changed around the API are said to start nothing, and are made anew as it starts', async () => {
    const handle = world.client.schedule.getHandle('cadence:sample:minor');
    await handle.update(({ spec: _, action, policies, state }) => ({
      ...{ spec: {}, policies, state },
      action: { ...action, args: [{ ...(action.args?.[0] as object), every: '1 days' }] } as never,
    }));
    const fault = async () => (await api.get('/v1/projects/sample/schedules')).body.schedules[1].fault;
    expect(await fault()).toContain('it was changed');
    await api.ensureSchedules();
    expect(await fault()).toBeUndefined();
  });
});
