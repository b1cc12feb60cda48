import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId as Handle } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { ReleaseRequest } from '../../src/domain/run/request.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { release } from '../../src/workflows/index.ts';
import { COMMIT, project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';
import { bad, outside } from '../support/watched.ts';

const MANIFEST = `sha256:${'7'.repeat(64)}`;
type Run = Handle<typeof release>;

let world: Harness;
let now: ReturnType<typeof releaseActivities>;
let look: ReturnType<typeof outside>;
let version = '1.2.0';
const asked: { rollbacks: object[]; promoted: number } = { rollbacks: [], promoted: 0 };

beforeAll(async () => {
  const { publish, build } = releaseActivities(project());
  const own: Partial<PublishActivities> = {
    freeze: (input) => now.publish.freeze(input),
    takeReadings: (input) => look.takeReadings(input),
    rollbackOf: async () => ({ status: look.rollback }),
    confirmBreach: (input) => now.publish.confirmBreach(input),
    ensurePromoted: async () => {
      asked.promoted += 1;
      return { summary: 'moved' };
    },
    ensureRollbackStarted: async (input) => {
      asked.rollbacks.push(input);
      look.rollback = 'open';
      return { summary: 'started', id: 'rollback:sample:1.2.0', adopted: false };
    },
    ensureInLane: async ({ project: name, ...ticket }) => {
      await world.client.workflow.signalWithStart('lane', {
        ...{ workflowId: `lane:${name}`, taskQueue: WORKFLOW_QUEUE, args: [], signal: 'enter', signalArgs: [ticket] },
      });
    },
    leaveLane: async ({ project: name, ...ticket }) => {
      await world.client.workflow.getHandle(`lane:${name}`).signal('leave', ticket);
    },
  };
  world = await harness({ build, publish: { ...publish, ...own } });
});
afterAll(() => world?.close());
beforeEach(() => {
  look = outside();
  Object.assign(asked, { rollbacks: [], promoted: 0 });
});

/** A release that is signed off as soon as it can be: what comes then is its window. */
async function released(monitoring: string, { client = world.client, more = '' } = {}): Promise<Run> {
  const frozen = project(`signOffs: { release: [] }\n${monitoring}\n${more}`);
  now = releaseActivities(frozen);
  version = `1.2.${Number(version.split('.')[2]) + 1}`; // each has a monitor of its own
  const request: ReleaseRequest = { schema: 1, project: 'sample', version, startedBy: 'rel' };
  return client.workflow.start<typeof release>('release', {
    workflowId: `release:sample:${randomUUID()}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [request],
  });
}

const stateOf = (run: Run) => world.client.workflow.getHandle(run.workflowId).query<RunState>('state');

function until(run: Run, holds: (state: RunState) => boolean): Promise<RunState> {
  return vi.waitFor(
    async () => {
      const state = await stateOf(run);
      if (!holds(state)) throw new Error(`${state.status} ${JSON.stringify([state.window, state.waitingFor])}`);
      return state;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const open = (run: Run) => until(run, ({ window }) => (window?.probes.length ?? 0) > 0);
const question = (run: Run) => until(run, ({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'watch'));
const watch = (run: Run, attempt: number, action: string, more: object = {}) =>
  run.signal('watch', { requestId: randomUUID(), by: 'olga', attempt, action, reason: 'so be it', ...more });

const DAY = 'monitoring: { window: 24h, every: 10m }';
const QUICK = 'monitoring: { window: 24h, every: 1s }';

test('a window of a day in which all is well ends as healthy, with what was read, and costs the run few events', async () => {
  const strict =
    'policy: strict\nenvironment: { python: "3.11" }\nbranches: { main: main, develop: develop }\ngates:\n  - { name: tests, run: pytest, coverage: { report: c.json, overall: 85 } }\n';
  const gates = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `  - { name: ${name}, run: "true" }\n`).join('');
  const parts =
    'apiDocs: { run: "true", paths: [docs/api] }\npublish:\n  github: { credential: T }\n  promote: after-window\n  docs: { build: "true", dir: site, branch: gh-pages }\n  image: { name: ghcr.io/acme/sample, credential: R }\n';
  const run = await released(`${strict}${gates}${parts}monitoring: { window: 24h, every: 30m }\n`, {
    client: world.skippingClient,
  });
  look = outside((probe, at) =>
    probe === 'index' && at % 2 === 0 ? { health: 'unknown', value: null, note: 'down' } : undefined,
  );
  const { checklist } = await until(run, ({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'check'));
  const now = { commit: COMMIT, manifest: MANIFEST };
  for (const { item } of checklist)
    await run.signal('check', { requestId: item, by: 'quin', item, passed: true, ...now });
  expect(await run.result()).toMatchObject({
    outcome: 'released',
    summary: expect.stringContaining('healthy: 192 readings'),
  });
  const { window, steps } = await stateOf(run);
  expect(window).toMatchObject({ verdict: 'healthy', attempt: 1, breaches: [] });
  expect(window!.probes.map(({ name, taken: { healthy, unknown } }) => [name, healthy, unknown])).toEqual([
    ['index', 24, 24],
    ['tag', 48, 0],
    ['github-release', 48, 0],
    ['issues', 48, 0],
  ]);
  expect(window!.probes[0]!.readings).toHaveLength(48);
  expect(steps.find(({ id }) => id === 'observe.promote')).toMatchObject({ status: 'done', summary: 'moved' });
  const { events } = await world.client.workflow.getHandle(run.workflowId).fetchHistory();
  expect(events!.length).toBeLessThan(400);
}, 120_000);

test('without monitoring a light release has no window, no step and no monitor', async () => {
  const run = await released('');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const state = await stateOf(run);
  expect(state.window).toBeUndefined();
  expect(state.steps.filter(({ id }) => id.startsWith('observe.'))).toEqual([]);
  const { events } = await world.client.workflow.getHandle(run.workflowId).fetchHistory();
  expect(events!.filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)).toEqual([]);
});

test('a window that is open says until when, and is concluded, extended and refused by signal', async () => {
  const run = await released(DAY);
  const { window, waitingFor } = await open(run);
  expect(waitingFor).toMatchObject([{ step: 'observe.window', for: [`the window until ${window!.endsAt}`] }]);
  await watch(run, 1, 'extend', { hours: 2 });
  const longer = await until(run, ({ window: one }) => one!.attempt === 2);
  expect(Date.parse(longer.window!.endsAt) - Date.parse(window!.endsAt)).toBe(2 * 3600_000);
  await watch(run, 1, 'conclude');
  expect((await stateOf(run)).refusals.at(-1)?.reason).toBe('attempt 2 of the window is the current one, not 1');
  await run.signal('watch', { requestId: 'v', by: 'vic', attempt: 2, action: 'conclude', reason: 'no' });
  await watch(run, 2, 'conclude', { hours: 3 });
  expect((await stateOf(run)).refusals.slice(1).map(({ reason }) => reason)).toEqual([
    'vic (viewer) may not answer for a window: releaser, operator, admin may',
    'hours are for extend, not for conclude',
  ]);
  await watch(run, 2, 'conclude');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect((await stateOf(run)).window).toMatchObject({
    verdict: 'healthy',
    summary: expect.stringContaining('concluded by olga: so be it'),
  });
});

test('a breach asks people while the window goes on reading; an answer to an earlier attempt is refused', async () => {
  look = outside((probe, at) =>
    probe === 'tag' && at === 2 ? bad('the tag v1.2.0 was moved', { changed: 'surely' }) : undefined,
  );
  const run = await released(QUICK);
  const state = await question(run);
  expect(state.window).toMatchObject({ attempt: 2, asked: { why: 'tag: the tag v1.2.0 was moved' } });
  expect(state.status).toBe('waiting');
  const looks = look.looks;
  await vi.waitFor(() => expect(look.looks).toBeGreaterThan(looks + 1), { timeout: 10_000 });
  await watch(run, 1, 'conclude');
  expect((await stateOf(run)).refusals.at(-1)?.reason).toContain('attempt 2 of the window');
  await world.restartWorkers();
  await watch(run, 2, 'conclude');
  expect(await run.result()).toMatchObject({ outcome: 'released', summary: expect.stringContaining('regressed') });
}, 60_000);

test('a rollback that a person asks for is started, waited for, and ends the run as rolled back', async () => {
  const run = await released(QUICK, { more: 'publish: { promote: after-window }\n' });
  await open(run);
  await watch(run, 1, 'rollback');
  const state = await until(run, ({ window }) => window?.rollback?.standing === 'open');
  expect(asked.rollbacks).toMatchObject([
    { version, startedBy: 'olga', reason: 'so be it', rollForward: 'ask', tags: 'keep' },
  ]);
  await watch(run, state.window!.attempt, 'conclude');
  await until(
    run,
    ({ refusals }) => refusals.at(-1)?.reason.includes('a rollback of this version is under way') ?? false,
  );
  look.rollback = 'rolled-back';
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
  expect((await stateOf(run)).window).toMatchObject({ verdict: 'regressed' });
  expect(asked.promoted).toBe(0);
}, 60_000);

test('where policy says so a breach starts the rollback by itself; one that ends otherwise is a question', async () => {
  look = outside((probe) => (probe === 'errors' ? bad() : undefined));
  const probes = 'probes: [ { kind: http, name: errors, url: "https://m.example", pointer: /x, max: 1, tolerate: 0 } ]';
  const run = await released(`monitoring: { window: 24h, every: 1s, onBreach: rollback, ${probes} }`);
  await until(run, ({ window }) => window?.rollback?.standing === 'open');
  expect(asked.rollbacks).toMatchObject([{ startedBy: 'slipway', reason: 'the monitoring window: errors: too many' }]);
  look.rollback = 'ended-otherwise';
  await run.signal('wake', { reason: 'its rollback ended' });
  const { window } = await question(run);
  expect(window!.asked!.why).toContain('the rollback ended without rolling it back');
  expect(asked.rollbacks).toHaveLength(1);
  await watch(run, window!.attempt, 'conclude');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
}, 60_000);

test('a rollback that somebody else started is learnt of by waking, and new issues alone never start one', async () => {
  look = outside((probe) => (probe === 'issues' ? bad('1 new') : undefined));
  const run = await released('monitoring: { window: 24h, every: 10m, onBreach: rollback }');
  await question(run);
  expect(asked.rollbacks).toEqual([]);
  look.rollback = 'rolled-back';
  await run.signal('wake', { reason: 'rollback:sample:1.2.0 ended' });
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
});

test('an abort in the window undoes nothing: the run says what stands, and its monitor ends', async () => {
  const run = await released(DAY);
  const { window } = await open(run);
  await run.signal('abort', { requestId: '1', by: 'olga', reason: 'enough' });
  const result = await run.result();
  expect(result).toMatchObject({ outcome: 'abandoned', undone: [] });
  expect(result.notUndone).toContainEqual(expect.stringContaining('release.index'));
  expect((await stateOf(run)).window?.verdict).toBe('healthy');
  const { status } = await world.client.workflow.getHandle(window!.monitor).describe();
  expect(status.name).not.toBe('RUNNING');
});

test('a monitor that somebody terminates is begun again, and knows what the run knew', async () => {
  const run = await released(DAY, { client: world.client });
  const { window } = await open(run);
  await world.client.workflow.getHandle(window!.monitor).terminate('by hand');
  await vi.waitFor(() => expect(look.looks).toBeGreaterThan(1), { timeout: 10_000 });
  await watch(run, 1, 'conclude');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
});
