import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { Project } from '../../src/domain/project.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { release } from '../../src/workflows/index.ts';
import { COMMIT, project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';
import { untilState } from '../support/until-state.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const manifest = `sha256:${'7'.repeat(64)}`;
const TWO_ROLES = 'signOffs: { release: [tech-lead, qa], rollback: [tech-lead] }\n';
const CHANNELS =
  'announce: [ { kind: slack, credential: S }, { kind: email, host: h.example, from: a@b.example, to: c@d.example, on: [escalation] } ]\n';

let world: Harness;
let frozen: Project;
let gateFails = false;
let told: Parameters<PublishActivities['ensureAnnounced']>[0][] = [];

beforeAll(async () => {
  const { publish, build } = releaseActivities(project());
  world = await harness({
    publish: {
      ...publish,
      freeze: async (input) => ({ ...(await publish.freeze(input)), project: frozen }) as never,
      ensureAnnounced: async (input) => {
        told.push(input);
        return { summary: 'sent' };
      },
    },
    build: {
      ...build,
      runGate: async () => {
        if (gateFails) throw ApplicationFailure.create({ type: 'gate-failed', message: 'no', nonRetryable: true });
        return { summary: 'passed' };
      },
    },
  });
});
afterAll(() => world?.close());
beforeEach(() => {
  told = [];
  gateFails = false;
  frozen = project(`${TWO_ROLES}${CHANNELS}gates: [ { name: lint, run: ruff } ]\n`);
});

type Handle = WorkflowHandle<typeof release>;

async function started(kind: 'release' | 'rollback' = 'release'): Promise<Handle> {
  const request = { schema: 1, project: 'sample', version: '1.2.0', startedBy: 'rel' };
  return world.client.workflow.start<typeof release>(kind as 'release', {
    workflowId: `${kind}:sample:${randomUUID()}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [{ ...request, ...(kind === 'rollback' ? { reason: 'x', rollForward: 'no', tags: 'keep' } : {}) } as never],
  });
}

const waits = (state: RunState) => state.waitingFor.some(({ kind }) => kind === 'sign-off');
const heard = (count: number) => vi.waitFor(() => expect(told).toHaveLength(count), { timeout: 15_000 });
const ofReminders = () =>
  told.flatMap(({ channel, event, facts: { reminder, wanted } }) =>
    reminder ? [`${channel} ${event} ${reminder.number}: ${wanted.join()} by ${reminder.people.join()}`] : [],
  );
const signOff = (run: Handle, by: string, role: string) =>
  run.signal('signOff', { ...{ requestId: randomUUID(), by, role, decision: 'approve' }, commit: COMMIT, manifest });

test('reminders: a sign-off that nobody gives is asked for again and escalated, once each; who has signed is left in peace', async () => {
  const run = await started();
  await untilState(run, waits);
  await heard(1);
  await world.fastForward(run.workflowId, DAY + HOUR);
  await heard(2);
  await signOff(run, 'tess', 'tech-lead');
  await untilState(run, ({ signOffs }) => signOffs.length === 1);
  await world.fastForward(run.workflowId, DAY);
  await heard(3);
  await world.fastForward(run.workflowId, DAY);
  await heard(5);
  expect(ofReminders().toSorted()).toEqual([
    'email escalation 3: qa by quin,olga',
    'slack escalation 3: qa by quin,olga',
    'slack sign-off-wanted 1: tech-lead,qa by tess,quin',
    'slack sign-off-wanted 2: qa by quin',
  ]);
  expect(new Set(told.map(({ facts }) => facts.occasion)).size).toBe(4); // the two of the escalation are one occasion
  await signOff(run, 'quin', 'qa');
  await untilState(run, ({ phase }) => phase === 'release');
  await world.fastForward(run.workflowId, 3 * DAY);
  expect(told).toHaveLength(5); // that wait is over
  await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'over' });
  await run.result();
});

test('reminders: a release that waits for nine days stays small', async () => {
  const run = await started();
  await untilState(run, waits);
  await heard(1);
  const before = (await run.fetchHistory()).events!.length;
  await world.fastForward(run.workflowId, 9 * DAY + HOUR);
  await vi.waitFor(() => expect(new Set(told.map(({ facts }) => facts.occasion)).size).toBe(6), { timeout: 15_000 });
  const after = (await run.fetchHistory()).events!.length;
  expect((after - before) / 5).toBeLessThan(20); // a reminder, to two channels at last
  await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'over' });
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
});

test('reminders: a blocked step is said again to those who may decide, and nothing once it is decided', async () => {
  gateFails = true;
  const run = await started();
  await untilState(run, ({ status }) => status === 'blocked');
  await heard(1);
  await world.fastForward(run.workflowId, DAY + HOUR);
  await heard(2);
  expect(ofReminders()).toEqual(['slack blocked 1:  by rel,olga']);
  expect(told[1]!.facts.trouble).toMatchObject({ step: 'test.gate.lint', attempt: 1 });
  gateFails = false;
  const decision = { step: 'test.gate.lint', attempt: 1, action: 'retry', reason: 'again' };
  await run.signal('decide', { requestId: 'd', by: 'olga', ...decision });
  await untilState(run, waits);
  await heard(3);
  await world.fastForward(run.workflowId, DAY + HOUR);
  await heard(4);
  expect(told.map(({ event }) => event)).toEqual(['blocked', 'blocked', 'sign-off-wanted', 'sign-off-wanted']);
  await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'over' });
  await run.result();
});

test('reminders: a run that is paused reminds nobody, and a project may do without', async () => {
  const paused = await started();
  await untilState(paused, waits);
  await paused.signal('pause', { requestId: 'p', by: 'olga', reason: 'fair' });
  await heard(1);
  await untilState(paused, (state) => state.paused !== undefined);
  await world.fastForward(paused.workflowId, DAY + HOUR);
  await paused.signal('resume', { requestId: 'r', by: 'olga', reason: 'over' });
  await untilState(paused, (state) => state.paused === undefined);
  await world.fastForward(paused.workflowId, DAY);
  await heard(2);
  expect(ofReminders()).toEqual(['slack sign-off-wanted 2: tech-lead,qa by tess,quin']);
  frozen = project(`${TWO_ROLES}${CHANNELS}reminders: null\n`);
  const quiet = await started();
  await untilState(quiet, waits);
  await heard(3);
  const { events } = await quiet.fetchHistory();
  expect(events!.filter((event) => event.timerStartedEventAttributes)).toEqual([]);
  for (const run of [paused, quiet]) await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'over' });
});

test('reminders: the sign-off of a rollback is asked for on the channels as well', async () => {
  const run = await started('rollback');
  await untilState(run, waits);
  await heard(2);
  expect(told.map(({ event, facts }) => `${event} ${facts.wanted}`)).toEqual([
    'rollback ',
    'sign-off-wanted tech-lead',
  ]);
  await run.signal('abort', { requestId: 'a', by: 'olga', reason: 'over' });
  await run.result();
});
