import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { release } from '../../src/workflows/index.ts';
import { project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';

let world: Harness;
const fakes = releaseActivities(project('branches: { main: main, develop: develop }\n'));
const asked: Record<string, unknown>[] = [];
let index: PublishActivities['ensureOnIndex'] = fakes.publish.ensureOnIndex;

beforeAll(async () => {
  world = await harness({
    build: fakes.build,
    publish: {
      ...fakes.publish,
      ensureInLane: async ({ id, runId }) => {
        const handle = world.client.workflow.getHandle(id, runId);
        await handle.signal('granted', { holder: id, ahead: [] });
      },
      ensureOnIndex: (input) => index(input),
      ensureGitHubRelease: async (input) => {
        asked.push({ githubRelease: input.adopt });
        return { summary: 'finished', url: 'https://github.com/acme/sample/releases/1', adopted: true };
      },
    },
  });
});
afterAll(() => world?.close());
beforeEach(() => {
  fakes.calls.length = 0;
  asked.length = 0;
  index = fakes.publish.ensureOnIndex;
});

async function adopting() {
  const run = await world.client.workflow.start<typeof release>('release', {
    workflowId: `release:sample:${randomUUID()}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [{ schema: 1, project: 'sample', version: '1.2.0', startedBy: 'rel', adopt: true }],
  });
  const until = (holds: (state: RunState) => boolean) =>
    vi.waitFor(
      async () => {
        const state = await run.query<RunState>('state');
        if (!holds(state)) throw new Error(JSON.stringify(state.steps.at(-1)));
        return state;
      },
      { timeout: 15_000, interval: 20 },
    );
  const { commit, manifest } = await until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  const signed = { role: 'releaser', decision: 'approve', commit, manifest: manifest?.digest };
  await run.signal('signOff', { requestId: 'one', by: 'rel', ...signed });
  return { run, until };
}

test('adopt: the tag takes the place of branch, edits, commit, pull request and merge', async () => {
  const { run } = await adopting();
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { steps } = await run.query<RunState>('state');
  const inOrder = steps.filter(({ id }) => !/^test\.gate\.|^approve\.told$/.test(id)); // those run beside the others
  expect(inOrder.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'prepare.project done',
    'prepare.preflight done',
    'prepare.adopt done',
    'test.environment done',
    'test.build done',
    'test.adopt adopted',
    'test.install done',
    'test.manifest done',
    'approve.sign-offs done',
    'release.lane done',
    'release.merge adopted',
    'release.tag done',
    'release.index done',
    'release.visible done',
    'publish.github-release adopted',
    'publish.merge-back done',
    'close.record done',
  ]);
  const made = [
    'pinSource',
    'makeCommit',
    'ensureBranchPushed',
    'ensurePullRequest',
    'ensureMergeable',
    'ensureMerged',
  ];
  expect(fakes.calls.filter((name) => made.includes(name))).toEqual([]);
  expect(asked).toEqual([{ githubRelease: true }]);
});

test("adopt: an abort between the tag and the first file takes back neither another's tag nor the merge", async () => {
  index = async () => {
    throw ApplicationFailure.nonRetryable('refused', 'index-refused');
  };
  const { run, until } = await adopting();
  await until(({ steps }) => steps.some(({ id, status }) => id === 'release.index' && status === 'blocked'));
  await run.signal('abort', { requestId: 'two', by: 'rel', reason: 'not today' });
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn', undone: [], notUndone: [] });
  expect(fakes.calls).not.toContain('undo');
});
