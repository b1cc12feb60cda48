import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId as Handle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { PublishActivities } from '../../src/activities/index.ts';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { ReleaseRequest } from '../../src/domain/run/request.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { release } from '../../src/workflows/index.ts';
import { COMMIT, project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';

const MANIFEST = `sha256:${'7'.repeat(64)}`;

let world: Harness;
let now = releaseActivities(project());
const through = <K extends 'publish' | 'build'>(kind: K) =>
  new Proxy(
    {},
    {
      get: (_, name: string) => (input: never) =>
        (now[kind] as never as Record<string, (input: never) => unknown>)[name]?.(input),
      ownKeys: () => Object.keys(now[kind]),
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    },
  );

beforeAll(async () => {
  const lane: Pick<PublishActivities, 'ensureInLane' | 'leaveLane'> = {
    ensureInLane: async ({ project: name, ...ticket }) => {
      await world.client.workflow.signalWithStart('lane', {
        workflowId: `lane:${name}`,
        taskQueue: WORKFLOW_QUEUE,
        args: [],
        signal: 'enter',
        signalArgs: [ticket],
      });
    },
    leaveLane: async ({ project: name, ...ticket }) => {
      await world.client.workflow.getHandle(`lane:${name}`).signal('leave', ticket);
    },
  };
  world = await harness({
    publish: { ...(through('publish') as PublishActivities), ...lane },
    build: through('build'),
  });
});
afterAll(() => world?.close());
beforeEach(() => {
  now = releaseActivities(project());
});

async function started(request: Partial<ReleaseRequest> = {}): Promise<Handle<typeof release>> {
  const full: ReleaseRequest = { schema: 1, project: 'sample', version: '1.2.0', startedBy: 'rel', ...request };
  return world.client.workflow.start<typeof release>('release', {
    workflowId: `release:sample:${randomUUID()}`,
    taskQueue: WORKFLOW_QUEUE,
    args: [full],
  });
}

function stateOf(run: Handle<typeof release>): Promise<RunState> {
  return run.query<RunState>('state');
}

async function until(run: Handle<typeof release>, holds: (state: RunState) => boolean): Promise<RunState> {
  return vi.waitFor(
    async () => {
      const state = await stateOf(run);
      if (!holds(state))
        throw new Error(
          `${state.status} ${state.phase}: ${JSON.stringify(state.steps.filter((one) => one.problem))} ${JSON.stringify(state.waitingFor)}`,
        );
      return state;
    },
    { timeout: 15_000, interval: 20 },
  );
}

const signOff = (by: string, role: string, more: object = {}) => ({
  requestId: randomUUID(),
  by,
  role,
  decision: 'approve',
  commit: COMMIT,
  manifest: MANIFEST,
  ...more,
});

test('release: a lone maintainer under light policy signs off their own release, and the record says so', async () => {
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await run.signal('signOff', signOff('rel', 'releaser'));
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const state = await stateOf(run);
  expect(state.signOffs).toMatchObject([{ by: 'rel', own: true }]);
  const ids = state.steps.map((one) => one.id).filter((id) => !id.startsWith('test.'));
  expect(ids).toContain('approve.told'); // beside the others: it has no place among them
  expect(ids.filter((id) => id !== 'approve.told')).toEqual([
    'prepare.project',
    'prepare.preflight',
    'prepare.branch',
    'prepare.version',
    'prepare.changelog',
    'prepare.commit',
    'approve.pull-request',
    'approve.sign-offs',
    'approve.reviews',
    'release.lane',
    'release.merge',
    'release.tag',
    'release.index',
    'release.visible',
    'publish.github-release',
    'close.record',
  ]);
  expect(new Set(state.steps.map((one) => one.status))).toEqual(new Set(['done']));
});

test('release: a whole one stays under 350 history events, however often it looks for a review', async () => {
  now = releaseActivities(
    project(
      'policy: strict\nenvironment: { python: "3.11" }\nbranches: { main: main, develop: develop }\ngates:\n  - { name: tests, run: pytest, coverage: { report: c.json, overall: 85 } }\n' +
        ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `  - { name: ${name}, run: "true" }\n`).join('') +
        'apiDocs: { run: "true", paths: [docs/api] }\npublish:\n  github: { credential: T }\n  docs: { build: "true", dir: site, branch: gh-pages }\n  image: { name: ghcr.io/acme/sample, credential: R }\nwaits: { reviewEvery: 1s }\n',
    ),
  );
  const looks = { left: 6 };
  now.publish.awaitReviews = async () => {
    looks.left -= 1;
    if (looks.left > 0) throw ApplicationFailure.create({ type: 'not-yet', message: 'no review yet' });
    return { summary: 'approved' };
  };
  const run = await started();
  await tickAll(run);
  await run.signal('signOff', signOff('tess', 'tech-lead'));
  await run.signal('signOff', signOff('quin', 'qa'));
  await run.signal('signOff', signOff('pat', 'product-owner'));
  await until(run, (state) => state.window !== undefined);
  await run.signal('watch', { requestId: 'w', by: 'olga', attempt: 1, action: 'conclude', reason: 'tested elsewhere' });
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { events } = await run.fetchHistory();
  expect(events!.length).toBeLessThan(350);
  expect(looks.left).toBe(0);
});

test('release: GitHub is told when its phase or waits change, and where it cannot be the run goes on and says so', async () => {
  const told: string[] = [];
  now.publish.ensureTold = async () => {
    told.push('tried');
    throw ApplicationFailure.create({ type: 'permission-missing', message: 'no', nonRetryable: true });
  };
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  const failed = await until(run, ({ steps }) =>
    steps.some(({ id, status }) => id === 'approve.told' && status === 'failed'),
  );
  expect(failed.steps.find(({ id }) => id === 'approve.told')?.problem).toMatchObject({ code: 'permission-missing' });
  now.publish.ensureTold = async () => {
    told.push('told');
    return { summary: 'told' };
  };
  await run.signal('signOff', signOff('rel', 'releaser'));
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { steps } = await stateOf(run);
  expect(steps.find(({ id }) => id === 'approve.told')).toMatchObject({ status: 'done', summary: 'told' });
  expect(told.length).toBeLessThan(8);
});

test('release: under strict policy nobody signs off what they started, and no person signs twice', async () => {
  now = releaseActivities(
    project(
      'policy: strict\nenvironment: { python: "3.11" }\ngates: [ { name: tests, run: pytest, coverage: { report: c.json, overall: 85 } } ]\n',
    ),
  );
  const run = await started({ startedBy: 'tess' });
  await tickAll(run);
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('qa')));
  await run.signal('signOff', signOff('tess', 'tech-lead'));
  await run.signal('signOff', signOff('quin', 'tech-lead'));
  await run.signal('signOff', signOff('quin', 'qa'));
  await run.signal('signOff', signOff('vic', 'qa'));
  await run.signal('signOff', signOff('nobody', 'qa'));
  const state = await stateOf(run);
  expect(state.refusals.map((one) => one.reason)).toEqual([
    'tess started this run, and nobody signs off what they started',
    'quin has signed off already, and nobody signs twice',
    'vic does not hold the role qa',
    'nobody is not known to this service',
  ]);
  expect(state.waitingFor[0]?.for).toEqual(['qa', 'product-owner']);
  await abort(run);
});

test('release: a sign-off for an older commit or manifest, or with a used request id, does not count, and its sender learns why', async () => {
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  const sent = signOff('rel', 'releaser', { commit: '0'.repeat(40) });
  await run.signal('signOff', sent);
  await run.signal('signOff', signOff('rel', 'releaser', { manifest: 'sha256:old' }));
  const state = await stateOf(run);
  expect(state.answers[`signOff:rel:${sent.requestId}`]).toMatchObject({
    verdict: 'refused',
    reason: expect.stringContaining('commit'),
  });
  expect(state.refusals[1]?.reason).toContain('manifest');
  await run.signal('signOff', { ...signOff('rel', 'releaser'), requestId: sent.requestId });
  expect((await stateOf(run)).refusals.at(-1)?.reason).toBe('this request id was used before with another content');
  const good = signOff('rel', 'releaser');
  await run.signal('signOff', good);
  await run.signal('signOff', good);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect((await stateOf(run)).signOffs).toHaveLength(1);
});

test('release: a sign-off that comes before its wait and names the right commit and manifest counts when the wait comes', async () => {
  now = releaseActivities(project('checklist: { before: [ { text: "Web interface" } ], after: [] }\n'));
  const run = await started();
  const state = await until(run, (one) => one.waitingFor.some((wait) => wait.kind === 'check'));
  await run.signal('signOff', signOff('rel', 'releaser'));
  await run.signal('check', {
    requestId: '1',
    by: 'quin',
    item: state.checklist[0]!.item,
    passed: true,
    commit: COMMIT,
    manifest: MANIFEST,
  });
  expect(await run.result()).toMatchObject({ outcome: 'released' });
});

test('release: a signal sent before the run knows its people waits, and is judged in order', async () => {
  const known = Promise.withResolvers<void>();
  const { freeze } = now.publish;
  now.publish.freeze = async (input) => {
    await known.promise;
    return freeze(input);
  };
  const run = await started();
  await run.signal('pause', { requestId: '1', by: 'vic', reason: 'no' });
  await run.signal('pause', { requestId: '2', by: 'olga', reason: 'audit' });
  expect((await stateOf(run)).answers['pause:olga:2']?.verdict).toBe('pending');
  known.resolve();
  const state = await until(run, (one) => one.status === 'paused');
  expect(state.refusals).toMatchObject([
    { by: 'vic', reason: 'vic (viewer) may not pause, resume or abort a run: releaser, operator, admin may' },
  ]);
  await abort(run);
});

test('release: a malformed signal is refused and breaks nothing', async () => {
  const run = await started();
  await until(run, (state) => state.waitingFor.length > 0);
  await run.signal('signOff', 'nonsense');
  await run.signal('decide', { by: 'olga', requestId: 'x', step: 7 });
  const state = await stateOf(run);
  expect(state.refusals.map((one) => one.reason.split(':')[0])).toEqual(['malformed', 'malformed']);
  expect(state.status).toBe('waiting');
  await abort(run);
});

test('release: a gate that fails blocks, a decision names the very attempt, and skipping after a sign-off voids it', async () => {
  now = releaseActivities(project('gates: [ { name: lint, run: "ruff check" } ]\n'));
  now.build.runGate = async () => {
    throw ApplicationFailure.create({
      type: 'gate-failed',
      message: 'lint: 3 findings',
      nonRetryable: true,
      details: [{ log: 'sha256:x' }],
    });
  };
  const run = await started();
  const blocked = await until(run, (state) => state.status === 'blocked');
  expect(blocked.steps.find((one) => one.id === 'test.gate.lint')).toMatchObject({
    status: 'blocked',
    attempt: 1,
    problem: { code: 'gate-failed', log: 'sha256:x' },
  });
  await decide(run, 'retry', { attempt: 2 });
  expect((await stateOf(run)).refusals.at(-1)?.reason).toContain('attempt 1');
  await decide(run, 'retry', { attempt: 1 });
  await until(run, (state) => state.steps.some((one) => one.attempt === 2 && one.status === 'blocked'));
  await decide(run, 'retry', { attempt: 1 });
  expect((await stateOf(run)).refusals.at(-1)?.reason).toContain('attempt 2');
  await decide(run, 'skip', { attempt: 2 });
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await run.signal('signOff', signOff('rel', 'releaser'));
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect((await stateOf(run)).steps.find((one) => one.id === 'test.gate.lint')).toMatchObject({
    status: 'skipped',
    skipped: { by: 'olga' },
  });
});

test('release: what may never be skipped is not skipped', async () => {
  now.build.buildPackage = async () => {
    throw ApplicationFailure.create({ type: 'build-failed', message: 'no', nonRetryable: true });
  };
  const run = await started();
  await until(run, (state) => state.status === 'blocked');
  await decide(run, 'skip', { step: 'test.build', attempt: 1 });
  expect((await stateOf(run)).refusals.at(-1)?.reason).toBe('test.build is never skipped');
  await decide(run, 'abort', { step: 'test.build', attempt: 1 });
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
});

test('release: an abort before the merge takes back what the run did, newest first, and names what it could not', async () => {
  now = releaseActivities(
    project('publish: { testIndex: { name: testpypi, credential: T }, github: { credential: G } }\n'),
  );
  const undone: string[] = [];
  now.publish.undo = async ({ entry }) => {
    undone.push(entry.kind);
    return { undone: entry.kind !== 'test-index', summary: entry.kind };
  };
  now.publish.awaitReviews = async () => {
    throw ApplicationFailure.create({ type: 'not-yet', message: 'no review yet' });
  };
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await run.signal('signOff', signOff('rel', 'releaser'));
  await until(run, (state) => state.waitingFor.some((one) => one.for.some((name) => name.includes('review'))));
  await abort(run);
  expect(await run.result()).toMatchObject({
    outcome: 'withdrawn',
    notUndone: ['test-index'],
    undone: ['pull-request', 'branch'],
  });
  expect(undone).toEqual(['pull-request', 'test-index', 'branch']);
});

test('release: an abort after a file reached the index ends as abandoned and undoes nothing', async () => {
  now = releaseActivities(project('publish: { github: { credential: G } }\n'));
  now.publish.ensureGitHubRelease = async () => {
    throw ApplicationFailure.create({ type: 'github-refused', message: 'no', nonRetryable: true });
  };
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await run.signal('signOff', signOff('rel', 'releaser'));
  await until(run, (state) => state.status === 'blocked');
  await abort(run);
  const result = await run.result();
  expect(result).toMatchObject({ outcome: 'abandoned', undone: [] });
  expect(result.notUndone.join()).toContain('release.index');
  expect(now.calls).not.toContain('undo');
});

test('release: main that moved brings the run back to test, and voids the sign-offs for the older commit', async () => {
  const moved = {
    commit: '8'.repeat(40),
    tree: '9'.repeat(40),
    bundle: { name: 'x', digest: MANIFEST as `sha256:${string}`, size: 1 },
  };
  let times = 0;
  now = releaseActivities(project('publish: { github: { credential: G } }\n'));
  now.publish.ensureMergeable = async () => {
    times += 1;
    return times === 1 ? { summary: 'moved', moved } : { summary: 'as tested', moved: null };
  };
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await run.signal('signOff', signOff('rel', 'releaser'));
  const again = await until(
    run,
    (state) => state.commit === moved.commit && state.waitingFor.some((one) => one.for.includes('releaser')),
  );
  expect(again.signOffs).toMatchObject([{ voided: 'another commit or manifest took its place' }]);
  await run.signal('signOff', signOff('rel', 'releaser', { commit: moved.commit }));
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(now.calls.filter((name) => name === 'buildPackage')).toHaveLength(2);
});

test('release: two of one project take turns from merge to GitHub release, and none is dropped', async () => {
  now = releaseActivities(project('publish: { github: { credential: G } }\n'));
  const held = Promise.withResolvers<void>();
  const { ensureTagged } = now.publish;
  now.publish.ensureTagged = async (input) => {
    await held.promise;
    return ensureTagged(input);
  };
  const first = await started();
  await until(first, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await first.signal('signOff', signOff('rel', 'releaser'));
  await until(first, (state) => state.steps.some((one) => one.id === 'release.tag'));
  const second = await started({ version: '1.3.0' });
  await until(second, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await second.signal('signOff', signOff('rel', 'releaser'));
  const waiting = await until(second, (state) =>
    state.waitingFor.some((one) => one.kind === 'turn' && one.for.includes(first.workflowId)),
  );
  expect(waiting.steps.some((one) => one.id === 'release.merge')).toBe(false);
  held.resolve();
  expect(await first.result()).toMatchObject({ outcome: 'released' });
  expect(await second.result()).toMatchObject({ outcome: 'released' });
});

test('release: the lane is freed when its holder is terminated', async () => {
  now = releaseActivities(project('publish: { github: { credential: G } }\n'));
  const { ensureTagged } = now.publish;
  let hang = true;
  now.publish.ensureTagged = async (input) => {
    if (hang) throw ApplicationFailure.create({ type: 'git-refused', message: 'no', nonRetryable: true });
    return ensureTagged(input);
  };
  const closed = new Set<string>();
  now.publish.awaitClosed = async ({ workflowId }) => {
    if (!closed.has(workflowId)) throw ApplicationFailure.create({ type: 'not-yet', message: 'open' });
  };
  const first = await started();
  await until(first, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await first.signal('signOff', signOff('rel', 'releaser'));
  await until(first, (state) => state.status === 'blocked');
  hang = false;
  const second = await started({ version: '1.4.0' });
  await until(second, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await second.signal('signOff', signOff('rel', 'releaser'));
  await until(second, (state) => state.waitingFor.some((one) => one.kind === 'turn'));
  await first.terminate();
  closed.add(first.workflowId);
  await world.fastForward('lane:sample', 60);
  expect(await second.result()).toMatchObject({ outcome: 'released' });
});

test('release: a dry run pushes nothing and answers with the plan', async () => {
  const run = await started({ dryRun: true });
  expect(await run.result()).toMatchObject({ outcome: 'planned' });
  const { plan } = await stateOf(run);
  expect(plan).toMatchObject({ tag: 'v1.2.0', branch: 'release/v1.2.0', changelog: 'notes' });
  const effects: readonly string[] = [
    'ensureBranchPushed',
    'ensureOnIndex',
    'ensureTagged',
    'ensureMerged',
    'ensurePullRequest',
    'ensureGitHubRelease',
  ];
  expect(now.calls.filter((name) => effects.includes(name))).toEqual([]);
});

test('release: testOnly ends after the rehearsal and cleans up', async () => {
  now = releaseActivities(project('publish: { testIndex: { name: testpypi, credential: T } }\n'));
  const run = await started({ testOnly: true });
  expect(await run.result()).toMatchObject({ outcome: 'rehearsed' });
  expect(now.calls).not.toContain('ensureMerged');
  expect(now.calls.filter((name) => name === 'undo').length).toBeGreaterThan(0);
});

test('release: an alpha goes to its tag and the index without pull request, merge, sign-off or merge-back', async () => {
  now = releaseActivities(
    project('branches: { main: main, develop: develop }\npublish: { github: { credential: G } }\n'),
  );
  const run = await started({ version: '1.2.0-alpha.1' });
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  for (const name of ['ensurePullRequest', 'ensureMerged', 'ensureMergedBack']) expect(now.calls).not.toContain(name);
  expect(now.calls).toContain('ensureTagged');
});

test('release: a rejecting sign-off ends the run as withdrawn', async () => {
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await run.signal('signOff', signOff('rel', 'releaser', { decision: 'reject', comment: 'not today' }));
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn', summary: expect.stringContaining('not today') });
});

test('release: pausing holds back the next step, not the one under way', async () => {
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await run.signal('pause', { requestId: '1', by: 'olga', reason: 'freeze' });
  await run.signal('signOff', signOff('rel', 'releaser'));
  const state = await until(run, (one) => one.status === 'paused');
  expect(state.steps.some((one) => one.id === 'release.lane')).toBe(false);
  await run.signal('resume', { requestId: '2', by: 'olga', reason: 'go' });
  expect(await run.result()).toMatchObject({ outcome: 'released' });
});

test('release: after a restart of every worker a waiting run goes on from its history', async () => {
  const run = await started();
  await until(run, (state) => state.waitingFor.some((one) => one.for.includes('releaser')));
  await world.restartWorkers();
  await run.signal('signOff', signOff('rel', 'releaser'));
  expect(await run.result()).toMatchObject({ outcome: 'released' });
});

async function tickAll(run: Handle<typeof release>): Promise<void> {
  const { checklist } = await until(run, (state) => state.waitingFor.some((one) => one.kind === 'check'));
  for (const { item } of checklist) {
    await run.signal('check', {
      requestId: randomUUID(),
      by: 'quin',
      item,
      passed: true,
      commit: COMMIT,
      manifest: MANIFEST,
    });
  }
}

async function abort(run: Handle<typeof release>): Promise<void> {
  await run.signal('abort', { requestId: randomUUID(), by: 'olga', reason: 'enough' });
  await run.result();
}

async function decide(
  run: Handle<typeof release>,
  action: string,
  more: { step?: string; attempt: number },
): Promise<void> {
  await run.signal('decide', {
    requestId: randomUUID(),
    by: 'olga',
    step: 'test.gate.lint',
    action,
    reason: 'because',
    ...more,
  });
}
