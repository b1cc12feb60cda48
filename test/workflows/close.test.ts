import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId as Handle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { ReleaseRequest } from '../../src/domain/run/request.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { release } from '../../src/workflows/index.ts';
import { COMMIT, project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';
import { untilState } from '../support/until-state.ts';

const MANIFEST = `sha256:${'7'.repeat(64)}`;
const SLACK =
  'announce: [ { kind: slack, credential: S }, { kind: email, host: h.example, from: a@b.example, to: c@d.example } ]\n';

type Told = Parameters<PublishActivities['ensureAnnounced']>[0];

let world: Harness;
let now = releaseActivities(project());
let told: Told[] = [];

beforeAll(async () => {
  const through = (kind: 'publish' | 'build') =>
    Object.fromEntries(
      Object.keys(now[kind]).map((name) => [
        name,
        (input: never) => (now[kind] as never as Record<string, (input: never) => unknown>)[name]!(input),
      ]),
    );
  const lane: Pick<PublishActivities, 'ensureInLane'> = {
    ensureInLane: async ({ project: name, ...ticket }) => {
      const options = { workflowId: `lane:${name}`, taskQueue: WORKFLOW_QUEUE, args: [] };
      await world.client.workflow.signalWithStart('lane', { ...options, signal: 'enter', signalArgs: [ticket] });
    },
  };
  const leave: Pick<PublishActivities, 'leaveLane'> = {
    leaveLane: async ({ project: name, ...ticket }) =>
      world.client.workflow.getHandle(`lane:${name}`).signal('leave', ticket),
  };
  world = await harness({ publish: { ...through('publish'), ...lane, ...leave }, build: through('build') });
});
afterAll(() => world?.close());

beforeEach(() => use(''));

function use(yaml: string): void {
  now = releaseActivities(project(yaml));
  told = [];
  now.publish.ensureAnnounced = async (input) => {
    told.push(input);
    return { summary: 'sent' };
  };
}

function down(channel: string): void {
  const { ensureAnnounced } = now.publish;
  now.publish.ensureAnnounced = async (input) => {
    if (input.channel !== channel) return ensureAnnounced(input);
    told.push(input);
    throw ApplicationFailure.create({ type: 'channel-unreachable', message: 'slack answered 503' });
  };
}

async function started(request: Partial<ReleaseRequest> = {}, client = world.client): Promise<Handle<typeof release>> {
  const full: ReleaseRequest = { schema: 1, project: 'sample', version: '1.2.0', startedBy: 'rel', ...request };
  return client.workflow.start<typeof release>('release', {
    workflowId: `release:sample:${randomUUID()}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [full],
  });
}

const wanted = (state: RunState) => state.waitingFor.some(({ kind }) => kind === 'sign-off');
async function signedOff(run: Handle<typeof release>): Promise<void> {
  await untilState(run, wanted);
  const named = { commit: COMMIT, manifest: MANIFEST };
  await run.signal('signOff', { requestId: randomUUID(), by: 'rel', role: 'releaser', decision: 'approve', ...named });
}

const stepOf = (state: RunState, id: string) => state.steps.find((one) => one.id === id);

test('close: a release under light policy without GitHub and channels does nothing more, and costs no event', async () => {
  use('publish: { github: null }\n');
  const run = await started();
  await signedOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const state = await run.query<RunState>('state');
  expect(state.phase).toBe('publish');
  expect(state.steps.filter(({ id }) => /announce|^close/.test(id))).toEqual([]);
});

test('close: with GitHub the record is kept, and linked', async () => {
  now.publish.ensureRecordKept = async () => ({ summary: 'kept', url: 'https://github.com/acme/sample/record' });
  const run = await started();
  await signedOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const state = await run.query<RunState>('state');
  expect(state.steps.filter(({ id }) => id.startsWith('close.')).map(({ id }) => id)).toEqual(['close.record']);
  expect(state.links.record).toBe('https://github.com/acme/sample/record');
});

test('close: everything that is asked for is done, the record last, so that it tells of the others', async () => {
  use(`${SLACK}milestones: {}\nlabels: [released]\nboard: { project: 1, value: Done }\n`);
  const run = await started();
  await signedOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const ids = (await run.query<RunState>('state')).steps.map(({ id }) => id).filter((id) => id.startsWith('close.'));
  expect(ids.toSorted()).toEqual([
    ...['close.announce.email', 'close.announce.slack', 'close.board', 'close.labels', 'close.milestones'],
    'close.record',
  ]);
  expect(ids.at(-1)).toBe('close.record');
});

test('close: a pre-release has no milestone, labels or board', async () => {
  use(`milestones: {}\nlabels: [released]\nboard: { project: 1, value: Done }\n`);
  const run = await started({ version: '1.2.0-beta.1' });
  await signedOff(run);
  await run.result();
  const { steps } = await run.query<RunState>('state');
  expect(steps.map(({ id }) => id).filter((id) => id.startsWith('close.'))).toEqual(['close.record']);
});

test('announce: each channel hears of what it wants, with what the run knows by then', async () => {
  use(SLACK);
  const run = await started();
  await signedOff(run);
  await run.result();
  expect(told.map(({ channel, event }) => `${channel} ${event}`).toSorted()).toEqual([
    ...['email released', 'slack released', 'slack sign-off-wanted'],
  ]);
  expect(told.find(({ event }) => event === 'sign-off-wanted')!.facts.wanted).toEqual(['releaser']);
  expect(told.find(({ event }) => event === 'released')).toMatchObject({
    run: run.firstExecutionRunId,
    facts: { links: { index: 'https://index.example/pypi' } },
    notes: { name: 'notes.md' },
  });
});

test('announce: a channel that is down holds nothing up: it is tried, once more as the run closes, and that it failed is said', async () => {
  use(`${SLACK}waits: { quick: 60 }\n`);
  down('slack');
  const run = await started({}, world.skippingClient);
  await signedOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const state = await run.query<RunState>('state');
  expect(stepOf(state, 'close.announce.slack')).toMatchObject({
    ...{ status: 'failed', attempt: 2, summary: 'slack answered 503' },
    problem: { code: 'channel-unreachable', remedy: expect.stringContaining('not held up') },
  });
  expect(stepOf(state, 'close.announce.email')).toMatchObject({ status: 'done' });
  expect(stepOf(state, 'close.record')).toMatchObject({ status: 'done' });
  const occasions = new Set(told.filter(({ event }) => event === 'released').map(({ facts }) => facts.occasion));
  expect(occasions.size).toBe(1); // all the same announcement: the activity knows it again
});

test('close: what is refused is said at once and not tried again, and the release is released', async () => {
  use('milestones: {}\n');
  let times = 0;
  now.publish.ensureMilestones = async () => {
    times += 1;
    throw ApplicationFailure.create({
      type: 'permission-missing',
      message: 'no right to milestones',
      nonRetryable: true,
    });
  };
  const run = await started();
  await signedOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const state = await run.query<RunState>('state');
  expect(stepOf(state, 'close.milestones')).toMatchObject({
    status: 'failed',
    problem: { code: 'permission-missing' },
  });
  expect(times).toBe(1);
});

test('announce: a channel that refuses is told of once, and that it refused is said', async () => {
  use(SLACK);
  now.publish.ensureAnnounced = async (input) => {
    told.push(input);
    throw ApplicationFailure.create({ type: 'channel-refused', message: 'no such hook', nonRetryable: true });
  };
  const run = await started();
  await signedOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(told.filter(({ event }) => event === 'released')).toHaveLength(2); // each channel once
  expect(stepOf(await run.query<RunState>('state'), 'close.announce.email')).toMatchObject({
    status: 'failed',
    summary: 'no such hook',
  });
});

test('announce: while a channel is tried, the run waits for its sign-off all the same; an announcement that came too late is left', async () => {
  use('announce: [ { kind: slack, credential: S, on: [sign-off-wanted] } ]\n');
  const tried = Promise.withResolvers<void>();
  const hang = Promise.withResolvers<never>();
  now.publish.ensureAnnounced = async () => {
    tried.resolve();
    return hang.promise;
  };
  const run = await started();
  await tried.promise;
  const state = await untilState(run, wanted);
  expect(state.status).toBe('waiting');
  expect(stepOf(state, 'approve.announce.slack')).toMatchObject({ status: 'running', beside: true });
  await signedOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  hang.reject(new Error('over'));
  const ended = await run.query<RunState>('state');
  expect(stepOf(ended, 'approve.announce.slack')).toMatchObject({
    status: 'failed',
    summary: 'no longer needed: the wait is over',
  });
});

test('announce: a blocked step is told once an attempt, beside the wait for a decision', async () => {
  use(`${SLACK}gates: [ { name: lint, run: ruff } ]\n`);
  now.build.runGate = async () => {
    throw ApplicationFailure.create({ type: 'gate-failed', message: '3 findings', nonRetryable: true });
  };
  const run = await started();
  for (const attempt of [1, 2]) {
    await untilState(run, ({ steps }) => steps.some((one) => one.status === 'blocked' && one.attempt === attempt));
    const action = attempt === 1 ? 'retry' : 'skip';
    await vi.waitFor(() => expect(told.filter(({ event }) => event === 'blocked')).toHaveLength(attempt));
    const named = { step: 'test.gate.lint', attempt, action, reason: 'a test' };
    await run.signal('decide', { requestId: randomUUID(), by: 'olga', ...named });
  }
  await signedOff(run);
  await run.result();
  const blocked = told.filter(({ event }) => event === 'blocked');
  expect(blocked.map(({ facts }) => [facts.occasion, facts.trouble?.message])).toEqual([
    ['test.gate.lint 1', '3 findings'],
    ['test.gate.lint 2', '3 findings'],
  ]);
  expect(stepOf(await run.query<RunState>('state'), 'test.announce.slack.test.gate.lint')).toMatchObject({
    status: 'done',
  });
});

test('announce: a dry run tells nobody', async () => {
  use(`${SLACK}gates: [ { name: lint, run: ruff } ]\n`);
  now.build.runGate = async () => {
    throw ApplicationFailure.create({ type: 'gate-failed', message: '3 findings', nonRetryable: true });
  };
  const run = await started({ dryRun: true });
  await untilState(run, ({ status }) => status === 'blocked');
  const named = { step: 'test.gate.lint', attempt: 1, action: 'skip', reason: 'a test' };
  await run.signal('decide', { requestId: '1', by: 'olga', ...named });
  expect(await run.result()).toMatchObject({ outcome: 'planned' });
  expect(told).toEqual([]);
});

test('close: an abort ends the closing, not the release', async () => {
  use(SLACK);
  const hang = Promise.withResolvers<never>();
  const { ensureAnnounced } = now.publish;
  now.publish.ensureAnnounced = (input) => (input.event === 'released' ? hang.promise : ensureAnnounced(input));
  const run = await started();
  await signedOff(run);
  await untilState(run, ({ phase }) => phase === 'close');
  await run.signal('abort', { requestId: '1', by: 'olga', reason: 'enough' });
  expect(await run.result()).toMatchObject({ outcome: 'released', notUndone: [] });
  hang.reject(new Error('over'));
  const state = await run.query<RunState>('state');
  expect(stepOf(state, 'close.announce.slack')).toMatchObject({ status: 'failed', summary: 'ended by the abort' });
});

test('close: with everything that there is, a strict release still stays under 400 history events', async () => {
  use(
    `policy: strict\nenvironment: { python: "3.11" }\nbranches: { main: main, develop: develop }\ngates:\n  - { name: tests, run: pytest, coverage: { report: c.json, overall: 85 } }\n${[...'abcdef'].map((name) => `  - { name: ${name}, run: "true" }\n`).join('')}apiDocs: { run: "true", paths: [docs/api] }\npublish:\n  github: { credential: T }\n  docs: { build: "true", dir: site, branch: gh-pages }\n  image: { name: ghcr.io/acme/sample, credential: R }\n${SLACK}labels: [released]\nboard: { project: 1, value: Done }\n`,
  );
  const run = await started();
  const named = { commit: COMMIT, manifest: MANIFEST };
  const state = await untilState(run, (one) => one.waitingFor.some(({ kind }) => kind === 'check'));
  for (const { item } of state.checklist)
    await run.signal('check', { requestId: item, by: 'olga', item, passed: true, ...named });
  await untilState(run, wanted);
  for (const [by, role] of [
    ['tess', 'tech-lead'],
    ['quin', 'qa'],
    ['pat', 'product-owner'],
  ])
    await run.signal('signOff', { requestId: by, by, role, decision: 'approve', ...named });
  await untilState(run, ({ phase, window }) => phase === 'observe' && window !== undefined);
  const enough = { requestId: 'enough', by: 'olga', attempt: 1, action: 'conclude', reason: 'seen enough' };
  await run.signal('watch', enough);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { events } = await run.fetchHistory();
  expect(events!.length).toBeLessThan(400);
});
