import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApi } from './fixture.ts';
import { eventsOf, type Listening } from './listening.ts';

const RUN = '/v1/runs/release:sample:1.1.0';
let api: ReturnType<typeof openApi>;
let open: Listening[] = [];
beforeEach(() => {
  api = openApi({ pace: { firstMs: 5, lastMs: 20 }, streaming: { heartbeatMs: 30, perPerson: 3 } });
});
afterEach(async () => {
  for (const one of open) await one.leave();
  open = [];
  api.close();
});

async function listen(headers: Record<string, string> = {}, person = 'vera') {
  const answer = await api.app.request(`${RUN}/events`, {
    headers: { authorization: `Bearer token-of-${person}`, ...headers },
  });
  const listening = eventsOf(answer);
  if (answer.status === 200) open.push(listening);
  return listening;
}

test('events: first the run as it is, then what changes, as GET of the run answers it', async () => {
  const { state } = await api.openRelease();
  const events = await listen({}, 'vera');
  expect(events.answer.headers.get('content-type')).toContain('text/event-stream');
  const first = await events.next('state');
  expect(first.run).toEqual((await api.get(RUN)).body);
  state.phase = 'release';
  const second = await events.next('state');
  expect(second.run).toMatchObject({ phase: 'release', live: true });
  expect(second.id).not.toBe(first.id);
});

test('events: whoever comes back with the last event’s id is sent only what is new', async () => {
  const { state } = await api.openRelease();
  const before = await (await listen()).next('state');
  const again = await listen({ 'last-event-id': before.id });
  state.phase = 'publish';
  expect((await again.next('state')).run).toMatchObject({ phase: 'publish' });
  const elsewhere = await listen({ 'last-event-id': before.id });
  expect((await elsewhere.next('state')).run).toMatchObject({ phase: 'publish' });
});

test('events: the end of the run is told last, and whoever has it is sent away', async () => {
  const { state } = await api.openRelease();
  const events = await listen();
  await events.next('state');
  Object.assign(state, { status: 'ended', outcome: 'released' });
  expect((await events.next('state')).run).toMatchObject({ status: 'ended' });
  const end = await events.next('end');
  expect(JSON.parse(end.data)).toEqual({ outcome: 'released' });
  expect(await events.rest()).toEqual([]);
  expect((await listen({ 'last-event-id': end.id })).answer.status).toBe(204);
  await vi.waitFor(() => expect(api.followed()).toBe(0));
});

test('events: of a run that the archive alone remembers: its last state, and the end', async () => {
  await api.archive.putRun(api.oldRun('0.9.0'));
  const answer = await api.app.request('/v1/runs/release:sample:0.9.0/events', {
    headers: { authorization: 'Bearer token-of-vera' },
  });
  const events = await eventsOf(answer).rest();
  expect(events.map(({ event }) => event)).toEqual(['state', 'end']);
});

test('events: a worker that is away is told once, the run stays as it was, and it goes on when the worker is back', async () => {
  const { state } = await api.openRelease();
  const events = await listen();
  const { run } = await events.next('state');
  api.runs.silent = true;
  expect((await events.next('state')).run).toEqual({ ...(run as object), live: false });
  await events.next('silent');
  await events.heartbeat();
  await events.heartbeat();
  state.phase = 'publish';
  api.runs.silent = false;
  expect((await events.next()).run).toMatchObject({ phase: 'publish', live: true });
});

test('events: Temporal itself may be away for a while', async () => {
  await api.openRelease();
  const events = await listen();
  await events.next('state');
  api.runs.reachable = false;
  await events.next('silent');
  api.runs.reachable = true;
  expect((await events.next('state')).run).toMatchObject({ live: true });
});

test('events: however many follow a run, it is looked at once, and no more when the last one is gone', async () => {
  await api.openRelease();
  const all = await Promise.all([listen(), listen(), listen({}, 'rita')]);
  for (const one of all) await one.next('state');
  expect(api.followed()).toBe(1);
  await all[0]?.leave();
  expect(api.followed()).toBe(1);
  await all[1]?.leave();
  await all[2]?.leave();
  await vi.waitFor(() => expect(api.followed()).toBe(0));
});

test('events: a run that does not change is looked at less often', async () => {
  await api.openRelease();
  const looks = vi.spyOn(api.runs, 'state');
  const events = await listen();
  await events.next('state');
  for (let beats = 0; beats < 5; beats += 1) await events.heartbeat();
  expect(looks.mock.calls.length).toBeGreaterThan(3);
  expect(looks.mock.calls.length).toBeLessThan(25);
});

test('events: one person follows so many runs at once, and no more; another is not in the way', async () => {
  await api.openRelease();
  for (let count = 0; count < 3; count += 1) await (await listen()).next('state');
  const refused = await listen();
  expect(refused.answer.status).toBe(429);
  expect(await api.get(`${RUN}/events`, { as: 'vera' })).toMatchObject({ body: { code: 'too-many-listeners' } });
  expect((await listen({}, 'tom')).answer.status).toBe(200);
  await open[0]?.leave();
  await vi.waitFor(async () => expect((await listen()).answer.status).toBe(200));
});

test('events: a line that has lasted long is closed, so that its listener is asked anew who it is', async () => {
  api.close();
  api = openApi({ streaming: { lastsMs: 20 } });
  await api.openRelease();
  const events = await (await listen()).rest();
  expect(events.map(({ event }) => event)).toEqual(['state']);
});

test('events: nobody without a role, and of no run that is not there', async () => {
  await api.openRelease();
  expect((await listen({}, 'nora')).answer.status).toBe(403);
  expect(await api.get('/v1/runs/release:sample:7.7.7/events')).toMatchObject({ status: 404 });
});
