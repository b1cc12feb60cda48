import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId as Handle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { withFailures } from '../../src/activities/failures.ts';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { PublishDeps } from '../../src/activities/publish/deps.ts';
import { rollbacksActivities } from '../../src/activities/publish/rollbacks.ts';
import type { RollbackRequest } from '../../src/domain/run/request.ts';
import type { RunState, Step } from '../../src/domain/run/state.ts';
import { executionsOf } from '../../src/temporal/executions.ts';
import type { rollback } from '../../src/workflows/index.ts';
import { BAD, COMMIT, GOOD, project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';

const MANIFEST = `sha256:${'7'.repeat(64)}`;
const EVERYWHERE =
  'publish: { github: { credential: G }, image: { name: ghcr.io/acme/sample, credential: R }, docs: { build: "true", dir: site, branch: gh-pages } }\nwaits: { reviewEvery: 1 }\n';

let world: Harness;
let now = releaseActivities(project());
/** Runs of one test only meet each other: ids of children are made of the project's name. */
let name = '';

const through = <K extends 'publish' | 'build'>(kind: K) =>
  new Proxy({} as (typeof now)[K], {
    get: (_, activity: string) => (input: never) =>
      (now[kind] as never as Record<string, (input: never) => unknown>)[activity]?.(input),
    ownKeys: () => Object.keys(now[kind]),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });

beforeAll(async () => {
  world = await harness({
    publish: {
      ...through('publish'),
      ensureInLane: async ({ project: of, ...ticket }) => {
        await world.client.workflow.signalWithStart('lane', {
          workflowId: `lane:${of}`,
          taskQueue: WORKFLOW_QUEUE,
          args: [],
          signal: 'enter',
          signalArgs: [ticket],
        });
      },
      leaveLane: async ({ project: of, ...ticket }) => {
        await world.client.workflow.getHandle(`lane:${of}`).signal('leave', ticket);
      },
      awaitPublished: (input) => onTemporal().awaitPublished(input),
    },
    build: through('build'),
  });
});
/** Asks the runs themselves; closed ones stand for their records. */
function onTemporal() {
  const { client } = world;
  const run = (id: string) => client.workflow.getHandle(id).query<Record<string, unknown>>('state');
  const executions = executionsOf(client, WORKFLOW_QUEUE);
  return withFailures(rollbacksActivities({ executions, archive: { run } } as unknown as PublishDeps));
}
afterAll(() => world?.close());
beforeEach(() => {
  now = releaseActivities(project(EVERYWHERE));
  name = `sample-${randomUUID().slice(0, 8)}`;
});

type Run = Pick<Handle<typeof rollback>, 'query' | 'signal' | 'result' | 'workflowId'>;

async function started(request: Partial<RollbackRequest> = {}): Promise<Handle<typeof rollback>> {
  const full: RollbackRequest = {
    ...{ schema: 1, project: name, version: BAD.version, startedBy: 'rel', reason: 'loses data' },
    ...{ rollForward: 'no', tags: 'keep', ...request },
  };
  return world.client.workflow.start<typeof rollback>('rollback', {
    workflowId: `rollback:${name}:${BAD.version}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [full],
  });
}

const stateOf = (run: Run) => run.query<RunState>('state');
const stepOf = (state: RunState, id: string) => state.steps.find((one) => one.id === id) as Step;
const blocked = (id: string) => (state: RunState) => stepOf(state, id)?.status === 'blocked';

async function until(run: Run, holds: (state: RunState) => boolean): Promise<RunState> {
  return vi.waitFor(
    async () => {
      const state = await stateOf(run);
      if (!holds(state)) throw new Error(`${state.status} ${state.phase}: ${JSON.stringify(state.steps)}`);
      return state;
    },
    { timeout: 15_000, interval: 20 },
  );
}

const wantsSignOff = (state: RunState) => state.waitingFor.some(({ kind }) => kind === 'sign-off');

async function signOff(run: Run, decision: 'approve' | 'reject' = 'approve'): Promise<void> {
  await until(run, wantsSignOff);
  const signal = { requestId: randomUUID(), by: 'rel', role: 'releaser', decision, commit: COMMIT, manifest: MANIFEST };
  await run.signal('signOff', signal);
}

async function decide(run: Run, step: string, action: 'retry' | 'skip'): Promise<void> {
  const { attempt } = stepOf(await until(run, blocked(step)), step);
  await run.signal('decide', { requestId: randomUUID(), by: 'olga', step, attempt, action, reason: 'because' });
}

/** A run that another one starts. */
async function child(id: string): Promise<Run> {
  await vi.waitFor(() => world.client.workflow.getHandle(id).describe(), { timeout: 15_000, interval: 50 });
  return world.client.workflow.getHandle<typeof rollback>(id);
}

test('rollback: users are warned before anybody signs, and what is signed are the commit and the files that are taken away', async () => {
  const run = await started();
  const state = await until(run, wantsSignOff);
  expect(now.calls.slice(0, 3)).toEqual(['freeze', 'preflightRollback', 'ensureUrgentIssue']);
  expect(state).toMatchObject({ commit: BAD.commit, links: { 'urgent issue': expect.stringContaining('issues/7') } });
  expect(state.manifest?.files.map(({ name: file }) => file)).toHaveLength(2);
  await signOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
  const ended = await stateOf(run);
  expect(ended.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'prepare.project done',
    'prepare.preflight done',
    'prepare.issue done',
    'approve.sign-offs done',
    'release.yank done',
    'publish.demote-release done',
    'publish.demote-image done',
    'publish.demote-docs done',
    'release.tags skipped',
    'release.roll-forward skipped',
    'close.yank done',
    'close.issue done',
    'close.record done',
  ]);
  expect(ended.ending).toMatch(/done: yank .* not done: tags .*roll-forward \(left out, as asked\)/);
});

test('rollback: a yank that takes nine days holds nothing else up, says where and by whom, and costs no history', async () => {
  const asked = { times: 0 };
  now.publish.awaitYanked = async () => {
    asked.times += 1;
    if (asked.times < 3) throw ApplicationFailure.create({ type: 'not-yet', message: 'not yanked yet' });
    return { summary: '2 of 2 files yanked' };
  };
  const run = await started();
  await signOff(run);
  const waiting = await until(run, (state) => stepOf(state, 'publish.demote-docs')?.status === 'done');
  expect(waiting).toMatchObject({ status: 'waiting', links: { yank: expect.stringContaining('/manage/project/') } });
  expect(stepOf(waiting, 'release.yank')).toMatchObject({
    status: 'waiting',
    summary: expect.stringMatching(/yanked by rel: open .*reason: loses data/),
  });
  await world.fastForward(run.workflowId, 9 * 86_400);
  await world.fastForward(run.workflowId, 9 * 86_400).catch(() => undefined); // it may have ended
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
  expect(asked.times).toBe(3);
  expect((await run.fetchHistory()).events!.length).toBeLessThan(150);
});

test('rollback: what was un-yanked before the end is said', async () => {
  now.publish.lookAtYank = async () => ({ summary: 'un-yanked meanwhile: a.whl', back: ['a.whl'] });
  const run = await started();
  await signOff(run);
  expect((await run.result()).summary).toContain('un-yanked meanwhile: a.whl');
  expect(stepOf(await stateOf(run), 'release.yank').summary).toContain('un-yanked');
});

test('rollback: rejected, it closes its issue and has done nothing else', async () => {
  const run = await started();
  await signOff(run, 'reject');
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn', undone: ['issue taken back'] });
  expect(now.calls).not.toContain('ensureReleaseDemoted');
});

test('rollback: an abort after the sign-off takes nothing back, and says what stands', async () => {
  now.publish.awaitYanked = async () => {
    throw ApplicationFailure.create({ type: 'not-yet', message: 'not yanked yet' });
  };
  const run = await started();
  await signOff(run);
  await until(run, (state) => stepOf(state, 'publish.demote-docs')?.status === 'done');
  await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'false alarm' });
  const ended = await run.result();
  expect(ended).toMatchObject({ outcome: 'abandoned', undone: [] });
  expect(ended.notUndone.join()).toContain('publish.demote-release');
  expect(now.calls).not.toContain('undo');
});

test('rollback: a version that was never published is refused, and nobody is warned', async () => {
  now.publish.preflightRollback = async () => {
    throw ApplicationFailure.create({
      type: 'not-published',
      message: '1.2.0 was never published',
      nonRetryable: true,
    });
  };
  const run = await started();
  const state = await until(run, blocked('prepare.preflight'));
  expect(stepOf(state, 'prepare.preflight').problem?.code).toBe('not-published');
  expect(now.calls).not.toContain('ensureUrgentIssue');
  await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'a typing error' });
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
});

test('rollback: tags are kept, or moved with the sign-offs shown again beside the credential', async () => {
  const seen: unknown[] = [];
  now.publish.ensureRetagged = async ({ approval }) => {
    seen.push(approval);
    return { summary: 'v1.2.0 deleted, v1.1.1 tagged' };
  };
  const run = await started({ tags: 'retag' });
  await signOff(run);
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
  expect(seen).toMatchObject([{ commit: COMMIT, manifest: MANIFEST, signOffs: [{ by: 'rel', decision: 'approve' }] }]);
});

test('rollback: whether to roll forward is asked; skipped, nothing is released', async () => {
  const run = await started({ rollForward: 'ask' });
  await signOff(run);
  const state = await until(run, blocked('release.roll-forward'));
  expect(stepOf(state, 'release.roll-forward').problem).toMatchObject({
    code: 'roll-forward-wanted',
    message: expect.stringContaining('1.2.1'),
  });
  await decide(run, 'release.roll-forward', 'skip');
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
  expect(now.calls).not.toContain('planRollForward');
});

test('rollback: a roll-forward is a release from the good tag with its own sign-off; main is reverted before develop has it', async () => {
  now = releaseActivities(project(`branches: { main: main, develop: develop }\n${EVERYWHERE}`));
  const run = await started({ rollForward: 'ask' });
  await signOff(run);
  await decide(run, 'release.roll-forward', 'retry');
  const forward = await child(`release:${name}:1.2.1`);
  await signOff(forward);
  expect(await forward.result()).toMatchObject({ outcome: 'released' });
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });

  const state = await stateOf(forward);
  expect(state.procedure).toEqual({
    kind: 'roll-forward',
    ...{ rollback: `rollback:${name}:1.2.0`, bad: BAD, good: GOOD, reason: 'loses data' },
  });
  const ids = state.steps.map(({ id }) => id);
  expect(ids).not.toContain('approve.pull-request');
  expect(ids).not.toContain('release.merge');
  expect(ids.indexOf('publish.revert')).toBeLessThan(ids.indexOf('publish.merge-back'));
  expect(ids.indexOf('publish.revert')).toBeGreaterThan(ids.indexOf('publish.github-release'));
  const found = await world.client.workflow.getHandle(`release:${name}:1.2.1`).describe();
  expect(found.memo).toMatchObject({ requestKey: expect.stringContaining(`rollback:${name}:1.2.0/`) });
  expect(found.typedSearchAttributes.getAll().map(({ value }) => value)).toEqual(
    expect.arrayContaining(['release', name, '1.2.1']),
  );
});

test('rollback: a roll-forward that is withdrawn blocks its step, and a retry starts it anew', async () => {
  const run = await started({ rollForward: 'yes' });
  await signOff(run);
  await signOff(await child(`release:${name}:1.2.1`), 'reject');
  const state = await until(run, blocked('release.roll-forward'));
  expect(stepOf(state, 'release.roll-forward').problem).toMatchObject({
    code: 'roll-forward-ended',
    message: expect.stringMatching(/ended as withdrawn: rejected by rel/),
  });
  await decide(run, 'release.roll-forward', 'retry');
  await until(run, (one) => stepOf(one, 'release.roll-forward').status === 'waiting');
  await signOff(await child(`release:${name}:1.2.1`));
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
});

test('rollback: a roll-forward outlives the rollback that is aborted', async () => {
  const run = await started({ rollForward: 'yes' });
  await signOff(run);
  const forward = await child(`release:${name}:1.2.1`);
  await until(forward, wantsSignOff);
  await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'enough' });
  expect(await run.result()).toMatchObject({ outcome: 'abandoned' });
  await signOff(forward);
  expect(await forward.result()).toMatchObject({ outcome: 'released' });
});

test('rollback: the release of the version is woken once it is signed off and once it has ended', async () => {
  now = releaseActivities(project());
  now.publish.preflight = async () => {
    throw ApplicationFailure.create({ type: 'not-yet', message: 'held open' });
  };
  const other = await world.client.workflow.start('release', {
    workflowId: `release:${name}:${BAD.version}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [{ schema: 1, project: name, version: BAD.version, startedBy: 'rel' }],
  });
  const run = await started();
  await signOff(run);
  await run.result();
  const { events } = await other.fetchHistory();
  const woken = events!.filter((event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'wake');
  expect(woken).toHaveLength(2);
  await other.terminate();
});
