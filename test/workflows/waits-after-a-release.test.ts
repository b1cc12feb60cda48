import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RunState } from '../../src/domain/run/state.ts';
import { historyOf, replay } from '../support/histories.ts';
import { decide, type ProcedureRun, procedureWorld, signOff, until, untilWaiting } from '../support/procedure-world.ts';
import { project, releaseActivities } from '../support/release-activities.ts';

/** Strict, with a window, on GitHub: every wait that a hotfix and a rollback know. */
const frozen = project(`
policy: strict
environment: { python: "3.11" }
branches: { main: main, develop: develop }
gates:
  - { name: tests, run: pytest, coverage: { report: coverage.json, overall: 85 } }
  - { name: critical, run: pytest, critical: true }
publish: { github: { credential: GITHUB_TOKEN } }
waits: { reviewEvery: 1 }
`);

let world: Awaited<ReturnType<typeof procedureWorld>>;
let now = releaseActivities(frozen);

beforeAll(async () => {
  world = await procedureWorld(() => now);
});
afterAll(() => world?.close());
beforeEach(() => {
  now = releaseActivities(frozen);
});

const notYet = (message: string) => ApplicationFailure.create({ type: 'not-yet', message });

async function replayed(run: ProcedureRun, name: string): Promise<void> {
  await replay(await historyOf(run, name), inject('workflowBundle'));
}

async function concluded(run: ProcedureRun): Promise<RunState> {
  const { window } = await until(run, (state) => state.window !== undefined && state.phase === 'observe');
  const answer = { attempt: window!.attempt, action: 'conclude', reason: 'seen enough' };
  await run.signal('watch', { requestId: 'conclude', by: 'olga', ...answer });
  return until(run, ({ status }) => status === 'ended');
}

test('a hotfix that a deployment finds in any of its waits goes on with the same code', async () => {
  let pushed = false;
  let landed = false;
  const { awaitFix } = now.publish;
  now.publish.awaitFix = async (input) => {
    if (!pushed) throw notYet('no fix yet');
    return awaitFix(input);
  };
  now.publish.ensureMergedBack = async () => ({
    summary: 'conflict',
    pullRequest: { number: 9, url: 'https://x.y/9' },
  });
  now.publish.awaitMergedBack = async () => {
    if (!landed) throw notYet('not merged yet');
    return { summary: '#9 is merged' };
  };
  const run = await world.start('hotfix', { version: '1.1.1', title: 'no crash' });
  await untilWaiting(run, 'the fix on');
  await replayed(run, 'hotfix-waiting-for-its-fix');
  pushed = true;
  await run.signal('wake', { reason: 'pushed' });
  await signOff(run, 'tess', 'tech-lead');
  await untilWaiting(run, 'pull request #9');
  landed = true;
  expect((await concluded(run)).outcome).toBe('released');
  await replayed(run, 'hotfix-through-every-wait');
});

test('a rollback that a deployment finds in any of its waits goes on with the same code', async () => {
  let yanked = false;
  now.publish.awaitYanked = async () => {
    if (!yanked) throw notYet('not yanked yet');
    return { summary: '2 of 2 files yanked' };
  };
  const run = await world.start('rollback', {
    version: '1.2.0',
    reason: 'loses data',
    rollForward: 'ask',
    tags: 'keep',
  });
  await signOff(run, 'tess', 'tech-lead');
  await decide(run, 'release.roll-forward', 'skip');
  await untilWaiting(run, 'the yank of');
  await replayed(run, 'rollback-waiting-for-the-yank');
  yanked = true;
  await run.signal('wake', { reason: 'yanked' });
  expect((await concluded(run)).outcome).toBe('rolled-back');
  await replayed(run, 'rollback-through-every-wait');
});
