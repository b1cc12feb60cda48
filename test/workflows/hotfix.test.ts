import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HotfixRequest } from '../../src/domain/run/request.ts';
import {
  decide,
  type ProcedureRun,
  procedureWorld,
  signOff,
  stateOf,
  until,
  untilWaiting,
} from '../support/procedure-world.ts';
import { FIX, project, releaseActivities, SOURCE } from '../support/release-activities.ts';

const GATES = `
gates:
  - { name: tests, run: pytest }
  - { name: critical, run: pytest tests/critical, critical: true }
  - { name: lint, run: ruff check src }
  - { name: types, run: mypy src }
`;
const ON_GITHUB = 'publish: { github: { credential: GITHUB_TOKEN } }\n';
const BRANCHES = 'branches: { main: main, develop: develop }\n';

let world: Awaited<ReturnType<typeof procedureWorld>>;
let now = releaseActivities(project(GATES + ON_GITHUB + BRANCHES));

beforeAll(async () => {
  world = await procedureWorld(() => now);
});
afterAll(() => world?.close());
beforeEach(() => {
  now = releaseActivities(project(GATES + ON_GITHUB + BRANCHES));
});

function started(request: Partial<HotfixRequest> = {}): Promise<ProcedureRun> {
  return world.start('hotfix', { version: '1.1.1', title: 'no crash on empty input', issue: 123, ...request });
}

const notYet = (message: string) => ApplicationFailure.create({ type: 'not-yet', message });

test('hotfix: only critical gates, lint and types run, and neither rehearsal nor pull request delays it', async () => {
  const run = await started();
  await signOff(run, 'rel', 'releaser');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { steps } = await stateOf(run);
  const ids = steps.map(({ id }) => id);
  expect(ids.filter((id) => !/^test\.|^approve\.told$/.test(id))).toEqual([
    'prepare.project',
    'prepare.preflight',
    'prepare.branch',
    'prepare.fix',
    'prepare.version',
    'prepare.changelog',
    'prepare.commit',
    'approve.sign-offs',
    'release.lane',
    'release.tag',
    'release.index',
    'release.visible',
    'publish.github-release',
    'publish.merge-main',
    'publish.merge-back',
    'publish.branch',
    'close.record',
  ]);
  // Side by side: which of them begins first is chance.
  expect(ids.filter((id) => id.startsWith('test.')).toSorted()).toEqual([
    'test.build',
    'test.environment',
    'test.gate.critical',
    'test.gate.lint',
    'test.gate.types',
    'test.install',
    'test.manifest',
  ]);
});

test('hotfix: it waits until a person has pushed the fix, and sees the push by itself', async () => {
  let pushed = false;
  const { awaitFix } = now.publish;
  now.publish.awaitFix = async (input) => {
    if (!pushed) throw notYet('no fix yet');
    return awaitFix(input);
  };
  const run = await started();
  const { waitingFor } = await untilWaiting(run, 'the fix on hotfix/v1.1.1');
  expect(waitingFor).toMatchObject([{ step: 'prepare.fix', kind: 'outside' }]);
  pushed = true;
  await world.fastForward(run.workflowId, 120);
  await signOff(run, 'rel', 'releaser');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
});

test('hotfix: who says that the fix is ready makes the run look at once, for the commits that they name', async () => {
  const asked: (readonly string[])[] = [];
  const { awaitFix } = now.publish;
  now.publish.awaitFix = async (input) => {
    asked.push(input.said);
    if (input.said.length === 0) throw notYet('no fix yet');
    return awaitFix(input);
  };
  const run = await started();
  await untilWaiting(run, 'the fix on');
  await run.signal('fixReady', { requestId: '1', by: 'tess', commits: [FIX] });
  await signOff(run, 'rel', 'releaser');
  expect(asked.at(-1)).toEqual([FIX]);
  expect((await stateOf(run)).fix).toMatchObject({ by: 'tess', commits: [FIX] });
});

test('hotfix: a viewer says nothing about the fix, nor does anybody once it is taken', async () => {
  const run = await started();
  await untilWaiting(run, 'releaser');
  await run.signal('fixReady', { requestId: '1', by: 'vic', commits: [FIX] });
  await run.signal('fixReady', { requestId: '2', by: 'tess', commits: [FIX] });
  await run.signal('fixReady', { requestId: '3', by: 'tess', commits: ['abc'] });
  const { refusals } = await stateOf(run);
  expect(refusals.map(({ reason }) => reason)).toEqual([
    'vic (viewer) may not say that a fix is there: releaser, tech-lead, qa, product-owner, security, operator, admin may',
    'the fix is taken already: the release commit is made',
    'malformed: commits must be a list of 1 to 100 full commit SHAs',
  ]);
  await run.signal('abort', { requestId: '4', by: 'olga', reason: 'enough' });
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
});

test('hotfix: commits that are named are picked, and a conflict names the files to a person', async () => {
  let conflicts = true;
  now.publish.pickCommits = async () => {
    if (conflicts)
      throw ApplicationFailure.create({ type: 'cherry-pick-conflict', message: 'in core.py', nonRetryable: true });
    return { picked: null }; // somebody picked them by hand
  };
  const run = await started({ commits: ['#7'] });
  const blocked = await until(run, ({ status }) => status === 'blocked');
  expect(blocked.steps.find(({ id }) => id === 'prepare.fix')).toMatchObject({
    problem: { code: 'cherry-pick-conflict', message: 'in core.py' },
  });
  conflicts = false;
  await decide(run, 'prepare.fix', 'retry');
  await signOff(run, 'rel', 'releaser');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
});

test('hotfix: what a person pushed is never taken back, a branch of the run is', async () => {
  const undone: unknown[] = [];
  const { undo } = now.publish;
  now.publish.undo = async (input) => {
    undone.push(input.entry);
    return undo(input);
  };
  const run = await started();
  await untilWaiting(run, 'releaser');
  await run.signal('abort', { requestId: '1', by: 'olga', reason: 'not today' });
  expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
  expect(undone).toMatchObject([{ kind: 'branch', to: FIX }]);
});

test('hotfix: a conflict with main becomes a pull request that the run waits for; until then it is not finished', async () => {
  let merged = false;
  now.publish.ensureMergedBack = async ({ merge }) => ({
    summary: merge.into === 'main' ? 'conflict in core.py' : 'merged back',
    pullRequest: merge.into === 'main' ? { number: 9, url: 'https://github.com/acme/sample/pull/9' } : null,
  });
  now.publish.awaitMergedBack = async () => {
    if (!merged) throw notYet('not merged yet');
    return { summary: '#9 is merged' };
  };
  const run = await started();
  await signOff(run, 'rel', 'releaser');
  await untilWaiting(run, 'pull request #9 to be merged');
  expect((await world.client.workflow.getHandle('lane:sample').query<{ holder: unknown }>('lane')).holder).toBeNull();
  merged = true;
  await run.signal('wake', { reason: 'merged' });
  expect(await run.result()).toMatchObject({ outcome: 'released' });
});

test('hotfix: on an older line merging back is a question, and no is an answer', async () => {
  now.publish.pinHotfix = async () => ({
    summary: 'from v1.1.0',
    branch: { ref: 'refs/heads/hotfix/v1.1.1', start: SOURCE.base, found: null, olderLine: true },
  });
  const run = await started({ base: 'v1.1.0' });
  await signOff(run, 'rel', 'releaser');
  await decide(run, 'publish.merge-main', 'skip');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(now.calls).not.toContain('ensureMergedBack');
  const kept = await stateOf(run);
  expect(kept.steps.find(({ id }) => id === 'publish.merge-main')).toMatchObject({ status: 'skipped' });
});

test('hotfix: it goes before releases that wait for their turn', async () => {
  let free = false;
  now.publish.awaitClosed = () => Promise.reject(notYet('still open'));
  const { ensureTagged } = now.publish;
  now.publish.ensureTagged = async (input) => {
    if (input.version === '1.2.0' && !free) throw notYet('held');
    return ensureTagged(input);
  };
  const publishing = await world.start('release', { version: '1.2.0' });
  await signOff(publishing, 'rel', 'releaser');
  await until(publishing, ({ steps }) => steps.some(({ id }) => id === 'release.tag'));
  const waiting = await world.start('release', { version: '1.3.0' });
  await signOff(waiting, 'rel', 'releaser');
  await untilWaiting(waiting, publishing.workflowId);
  const urgent = await started({ version: '1.1.1' });
  await signOff(urgent, 'rel', 'releaser');
  const { waitingFor } = await untilWaiting(urgent, publishing.workflowId);
  expect(waitingFor).toMatchObject([{ kind: 'turn', for: [publishing.workflowId] }]);
  await untilWaiting(waiting, urgent.workflowId);
  free = true;
  const [, first, second] = await Promise.all([publishing.result(), urgent.result(), waiting.result()]);
  expect([first.outcome, second.outcome]).toEqual(['released', 'released']);
  const tagged = (await stateOf(waiting)).steps.find(({ id }) => id === 'release.tag')!;
  const fixed = (await stateOf(urgent)).steps.find(({ id }) => id === 'publish.github-release')!;
  expect(Date.parse(tagged.startedAt)).toBeGreaterThanOrEqual(Date.parse(fixed.endedAt!));
});
