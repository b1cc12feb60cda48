import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type BuildActivities, type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { Reading } from '../../src/domain/health.ts';
import type { ReleaseRequest } from '../../src/domain/run/request.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { release } from '../../src/workflows/index.ts';
import { historyOf, replay } from '../support/histories.ts';
import { PEOPLE, project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';

/** Runs that a deployment may find in the middle of any wait: a history that replays to its end replays to each point before it. */
const frozen = project(`
policy: strict
environment: { python: "3.11" }
branches: { main: main, develop: develop }
gates:
  - { name: tests, run: pytest, coverage: { report: coverage.json, overall: 85 } }
checklist: { before: [{ text: Web interface }], after: [] }
publish: { github: { credential: GITHUB_TOKEN } }
`);
const now = releaseActivities(frozen);
let temporal: Harness;
let gateFails = true;
let reviewed = false;

beforeAll(async () => {
  const publish: PublishActivities = {
    ...now.publish,
    async awaitReviews() {
      if (!reviewed) throw ApplicationFailure.create({ type: 'not-yet', message: 'no review yet' });
      return { summary: 'approved' };
    },
    async takeReadings({ probes }) {
      const readings = probes.map((): Reading => ({ health: 'unhealthy', value: 1, note: 'moved', changed: 'surely' }));
      return { readings, rollback: 'none' };
    },
    async ensureInLane({ project: name, ...ticket }) {
      await temporal.client.workflow.signalWithStart('lane', {
        workflowId: `lane:${name}`,
        taskQueue: WORKFLOW_QUEUE,
        signal: 'enter',
        signalArgs: [ticket],
      });
    },
  };
  const build: BuildActivities = {
    ...now.build,
    async runGate({ gate }) {
      if (gateFails && gate.name === 'tests')
        throw ApplicationFailure.create({ type: 'gate-failed', message: 'no', nonRetryable: true });
      return { summary: 'passed' };
    },
  };
  temporal = await harness({ publish, build });
});
afterAll(() => temporal.close());

const by = (requestId: string) => ({ requestId, by: 'olga', reason: 'recorded' });

test('a release that a deployment finds in any of its waits goes on with the same code', async () => {
  const run = await started('1.2.0');
  const blocked = await until(run, ({ status }) => status === 'blocked');
  gateFails = false;
  const { id: step, attempt } = blocked.steps.find(({ status }) => status === 'blocked')!;
  await run.signal('decide', { ...by('retry'), step, attempt, action: 'retry' });

  const ticking = await until(run, (state) => waitsFor(state, 'check'));
  await run.signal('pause', by('pause'));
  await until(run, ({ status }) => status === 'paused');
  await run.signal('resume', by('resume'));
  const signed = { commit: ticking.commit, manifest: ticking.manifest!.digest };
  for (const { item } of ticking.checklist) {
    await run.signal('check', { requestId: item, by: 'quin', item, passed: true, ...signed });
  }

  await until(run, (state) => waitsFor(state, 'sign-off'));
  for (const { login, roles } of PEOPLE.slice(1, 4)) {
    await run.signal('signOff', { requestId: login, by: login, role: roles[0], decision: 'approve', ...signed });
  }

  await until(run, (state) => waitsFor(state, 'outside'));
  reviewed = true;
  await run.signal('wake', { reason: 'reviewed' });

  const { window } = await until(run, (state) => waitsFor(state, 'watch'));
  await run.signal('watch', { ...by('extend'), attempt: window!.attempt, action: 'extend', hours: 1 });
  await until(run, (state) => state.phase === 'observe' && waitsFor(state, 'outside'));
  await run.signal('watch', { ...by('conclude'), attempt: window!.attempt + 1, action: 'conclude' });
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  await replayed(run, 'release-through-every-wait');
  await replayed(temporal.client.workflow.getHandle('monitor:sample:1.2.0'), 'monitor');
  await replayed(temporal.client.workflow.getHandle('lane:sample'), 'lane');
});

test('a release that a deployment finds while it takes back what it did goes on with the same code', async () => {
  const run = await started('1.3.0');
  await until(run, (state) => waitsFor(state, 'check'));
  await run.signal('abort', by('abort'));
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
  await replayed(run, 'release-withdrawn');
});

test('a dry run that a deployment finds goes on with the same code', async () => {
  const run = await started('1.4.0', { dryRun: true });
  expect(await run.result()).toMatchObject({ outcome: 'planned' });
  await replayed(run, 'release-planned');
});

function started(version: string, more: Partial<ReleaseRequest> = {}): Promise<WorkflowHandle<typeof release>> {
  return temporal.client.workflow.start<typeof release>('release', {
    workflowId: `release:sample:${version}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [{ schema: 1, project: 'sample', version, startedBy: 'rel', ...more }],
  });
}

async function replayed(run: WorkflowHandle, name: string): Promise<void> {
  await replay(await historyOf(run, name), inject('workflowBundle'));
}

function until(run: WorkflowHandle, there: (state: RunState) => boolean): Promise<RunState> {
  return vi.waitFor(
    async () => {
      const state = await run.query<RunState>('state');
      if (!there(state)) throw new Error(`${state.phase} ${state.status} ${JSON.stringify(state.waitingFor)}`);
      return state;
    },
    { timeout: 15_000, interval: 20 },
  );
}

function waitsFor({ waitingFor }: RunState, kind: RunState['waitingFor'][number]['kind']): boolean {
  return waitingFor.some((wait) => wait.kind === kind);
}
