import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import { announceActivities } from '../../src/activities/publish/announce.ts';
import { cadenceActivities } from '../../src/activities/publish/cadence.ts';
import type { PublishDeps } from '../../src/activities/publish/deps.ts';
import { temporalSchedules } from '../../src/api/temporal-schedules.ts';
import { usualAlarm } from '../../src/domain/calendar.ts';
import type { Inspection } from '../../src/domain/run/request.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import { type StandingOrder, scheduleId } from '../../src/domain/standing-order.ts';
import type { cadence } from '../../src/workflows/index.ts';
import { project } from '../support/release-activities.ts';
import { keyPair, signingWorld } from '../support/signing-world.ts';

const YAML = 'announce: [ { kind: slack, credential: S } ]\nsignOffs: { alpha: [tech-lead] }\n';
const FRESH = { bump: 'minor' as const, reasons: ['feat: totals'] };
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

let here: Awaited<ReturnType<typeof signingWorld>>;
let found: Partial<Inspection>;
let posted: string[];
let asked = 0;

beforeAll(async () => {
  const own = project(YAML);
  here = await signingWorld(own, undefined, (deps) => {
    const told = (): PublishDeps => {
      const { archive, directory, ...rest } = deps();
      return {
        ...rest,
        archive,
        directory: { ...directory, url: async () => 'https://slipway.example' },
        credentials: { read: async () => 'https://hooks.example/x' },
        notices: { post: async (_: unknown, { body }: { body: string }) => void posted.push(body) },
      } as unknown as PublishDeps;
    };
    return {
      ensureScheduledRelease: (input) => cadenceActivities(deps()).ensureScheduledRelease(input),
      ensureAnnounced: (input) => announceActivities(told()).ensureAnnounced(input),
      inspectProject: async () => {
        asked += 1;
        return found as Inspection;
      },
    };
  });
});
afterAll(() => here?.close());
beforeEach(() => {
  posted = [];
  found = {
    ...{ project: 'sample', package: 'sample', last: '1.1.0', base: '1.1.0', bump: 'minor', suggested: '1.2.0' },
    ...{ next: '1.2.0', reasons: FRESH.reasons },
    cadence: {
      ...{ newest: { version: '1.1.0', at: daysAgo(8) }, fresh: FRESH },
      ...{ minor: { version: '1.1.0', at: daysAgo(30) }, major: { version: '1.0.0', at: daysAgo(400) } },
    },
  };
});

const orderFor = (name: StandingOrder['name'], every: string): StandingOrder => ({
  ...{ schema: 1, project: 'sample', name, every, ...usualAlarm(every) },
  ...{ source: 'file', by: 'project file', changedAt: '2026-01-01T00:00:00.000Z' },
});
const signedBy = async (order: StandingOrder, signer = here.signer) =>
  signer.schedule({ namespace: here.world.namespace, id: scheduleId(order), type: 'cadence', request: order });

let second = 10;
/** As a schedule starts it. */
async function look(order: StandingOrder, id = scheduleId(order)) {
  second += 1;
  const options = {
    workflowId: `${id}-2026-01-05T06:00:${second}Z`,
    taskQueue: WORKFLOW_QUEUE,
    args: [order] as [StandingOrder],
  };
  return here.world.client.workflow.execute<typeof cadence>('cadence', options);
}

const stateOf = (id: string) => here.world.client.workflow.getHandle(id).query<RunState>('state');

test('cadence: with something new since a week the next pre-release begins, by the schedule itself, and is no forgery', async () => {
  const order = await signedBy(orderFor('prerelease', 'weekly'));
  const run = 'release:sample:1.2.0-alpha.1';
  expect(await look(order)).toEqual({
    kind: 'started',
    run,
    summary: `started ${run} (new since 1.1.0: feat: totals)`,
  });
  const state = await vi.waitFor(
    async () => {
      const now = await stateOf(run);
      expect(now.waitingFor.map(({ kind }) => kind)).toContain('sign-off');
      return now;
    },
    { timeout: 20_000, interval: 50 },
  );
  expect(state).toMatchObject({
    startedBy: 'schedule:prerelease',
    refusals: [],
    request: { ticket: expect.any(String) },
  });
  expect(await look(order)).toMatchObject({ kind: 'nothing', summary: expect.stringContaining(`${run} is under way`) });
  await here.runs.signal({ id: run }, 'abort', { requestId: 'a', by: 'olga', reason: 'not now' });
  await here.world.client.workflow.getHandle(run).result();
});

test('cadence: with nothing new no run begins, and it is said why', async () => {
  found = { ...found, cadence: { ...found.cadence!, fresh: { bump: 'none', reasons: ['no commits since'] } } };
  expect(await look(await signedBy(orderFor('prerelease', 'weekly')))).toEqual({
    ...{ kind: 'nothing', summary: 'nothing is new since 1.1.0: no commits since' },
  });
});

test('cadence: an order that the API has not signed for this schedule is refused before anything is looked at', async () => {
  const order = await signedBy(orderFor('minor', '4-6 weeks'));
  const thief = {
    ...here.signer,
    schedule: async <R extends object>({ request }: { request: R }) => ({ ...request, proof: order.proof }),
  };
  const before = asked;
  for (const forged of [
    orderFor('prerelease', 'weekly'), // no proof at all
    { ...order, every: '1 days' }, // changed in the Temporal UI
    { ...order, by: 'rel', source: 'person' as const },
    await signedBy(orderFor('prerelease', 'weekly'), thief), // the proof of another
    { ...order, proof: { ...order.proof!, kid: keyPair('mine').kid } },
  ])
    expect(await look(forged)).toMatchObject({ kind: 'refused' });
  expect(await look(order, 'cadence:other:minor')).toMatchObject({ kind: 'refused' });
  expect(asked).toBe(before);
});

test('cadence: that a minor version is due is said once on each channel, and once more when it is overdue', async () => {
  const order = await signedBy(orderFor('minor', '4-6 weeks'));
  expect(await look(order)).toEqual({ kind: 'reminded', summary: 'the next minor version, 1.2.0, is due' });
  expect(await look(order)).toEqual({
    ...{ kind: 'nothing', summary: 'the next minor version, 1.2.0, is due, and was said to be before' },
  });
  expect(posted).toHaveLength(1);
  expect(posted[0]).toContain('1.1.0 came out 30 days ago');
  expect(posted[0]).toContain('https://slipway.example/projects/sample');
  found = { ...found, cadence: { ...found.cadence!, minor: { version: '1.1.0', at: daysAgo(50) } } };
  expect(await look(order)).toMatchObject({ kind: 'reminded', summary: 'the next minor version, 1.2.0, is overdue' });
  expect(posted).toHaveLength(2);
});

test('cadence: a project that cannot be looked at is said, and the next look comes all the same', async () => {
  found = { ...found };
  delete (found as { cadence?: unknown }).cadence;
  expect(await look(await signedBy(orderFor('major', '6-12 months')))).toMatchObject({ kind: 'failed' });
});

test('schedules: Temporal starts what the API ordered; what is paused rests, and what was changed around the API is refused', async () => {
  const { client } = here.world;
  const schedules = temporalSchedules(client, {
    signer: here.signer,
    signatures: async () => ({ unsignedSignals: 'refuse', keys: here.service.keys }),
  });
  found = { ...found, cadence: { ...found.cadence!, fresh: { bump: 'none', reasons: ['no commits'] } } };
  const resting = orderFor('major', '6-12 months');
  const going = orderFor('prerelease', 'weekly');
  for (const order of [resting, going]) await schedules.put(order);
  expect(await schedules.pause(resting, 'Paused by olga at 2026-01-01T00:00:00Z: fair')).toBe(true);
  const everySecond = (order: StandingOrder) =>
    client.schedule.getHandle(scheduleId(order)).update<typeof cadence>(({ action, policies, state }) => ({
      ...{ spec: { intervals: [{ every: '1s' }] }, action: action as never, policies, state },
    }));
  for (const order of [resting, going]) await everySecond(order);
  const looks = async (order: StandingOrder) => (await schedules.read(order))!.last;
  await vi.waitFor(async () => expect((await looks(going)).filter(({ result }) => result).length).toBeGreaterThan(1), {
    ...{ timeout: 30_000, interval: 250 },
  });
  expect((await looks(going))[1]!.result).toMatchObject({ kind: 'nothing' });
  expect(await schedules.read(resting)).toMatchObject({
    paused: true,
    next: [],
    last: [],
    order: { every: '6-12 months' },
  });

  const tampered = client.schedule.getHandle(scheduleId(resting));
  await tampered.update<typeof cadence>(({ spec: _, action, policies, state }) => ({
    ...{ spec: {}, policies, state },
    action: { ...action, args: [{ ...resting, every: '1 days' }] } as never,
  }));
  expect(await schedules.read(resting)).toMatchObject({ paused: true, fault: expect.stringContaining('no proof') });
  await tampered.trigger();
  await vi.waitFor(async () => expect((await looks(resting))[0]?.result).toMatchObject({ kind: 'refused' }), {
    ...{ timeout: 20_000, interval: 250 },
  });
  await schedules.put(resting); // signed anew, and as paused as before
  const anew = await schedules.read(resting);
  expect(anew).toMatchObject({ paused: true, order: { every: '6-12 months' } });
  expect(anew?.fault).toBeUndefined();
  for (const order of [resting, going]) await schedules.remove(order);
  expect(await schedules.read(going)).toBeUndefined();
});
