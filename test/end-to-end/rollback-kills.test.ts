import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killedAtEveryChange, SIDES, type Side } from '../support/killing.ts';
import { changesOf, refsOf } from '../support/outside.ts';
import { asRita, mergedRevert, startedRun, yankedByOwner } from '../support/rolling-back.ts';
import { World } from '../support/world.ts';
import { unseen } from '../support/write-methods.ts';

const WITHIN_MS = 600_000;
const NOTICED_SOON = { heartbeat: 2 };

/** What a rollback of its own changes outside; the child's release is that of any release. */
const CHANGES = [
  'git push sample refs/heads/develop',
  'git push sample refs/heads/revert/v1.1.0',
  'git push sample refs/heads/rollback/v1.1.1',
  'git push sample refs/tags/v1.0.1',
  'git push sample refs/tags/v1.1.0',
  'git push sample refs/tags/v1.1.1',
  'github create-issue sample#2',
  'github create-pull-request sample#3',
  'github create-release sample v1.1.1',
  'github merge-pull-request sample#3',
  'github publish-release sample v1.1.1',
  'github update-issue sample#2',
  'github update-release sample v1.0.0',
  'github update-release sample v1.1.0',
  'github upload-asset sample v1.1.1 sample-1.1.1-py3-none-any.whl',
  'github upload-asset sample v1.1.1 sample-1.1.1.tar.gz',
  'index upload sample-1.1.1-py3-none-any.whl',
  'index upload sample-1.1.1.tar.gz',
  'index yank sample 1.1.0',
];

let world: World;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world?.close());

describe.concurrent('a rollback whose publish worker is killed at every change outside', { timeout: WITHIN_MS }, () => {
  test.each(SIDES)('changes everything once: killed %s', async (side) => {
    const name = `rolled${SIDES.indexOf(side)}`;
    const { changes, killedAt, refs } = await rolledBack(name, side);
    expect(changes).toEqual(CHANGES);
    expect(unseen(['GitHubWrites.createIssue', 'GitHubWrites.updateIssue', 'GitRemoteWrites.push'], killedAt)).toEqual(
      [],
    );
    expect(refs.filter((ref) => ref.startsWith('refs/tags/'))).toEqual([
      ...['v1.0.0', 'v1.0.1', 'v1.1.1'].map((tag) => `refs/tags/${tag}`),
    ]);
  });
});

/** A release, then its rollback with everything that it may change on git, GitHub and the index, its worker killed at each change. */
async function rolledBack(project: string, side: Side) {
  await world.addProject(project, { waits: NOTICED_SOON });
  await asRita(world, project, 'POST', 'releases', { tag_name: 'v1.0.0', name: 'The first' });
  const service = await world.service();
  await service.begin('publish', 'build');
  const bad = await service.release(project, { client: service.skippingClient });
  await bad.signOff();
  await bad.result();
  const before = changesOf(world, project);
  await service.killAll();

  const { killedAt, done } = await killedAtEveryChange({ world, service, project, side });
  const run = await service.rollback(project, { rollForward: 'yes', tags: 'retag' });
  await yankedByOwner(world, project);
  await run.signOff();
  const forward = await startedRun(service, `release:${project}:1.1.1`);
  await forward.signOff();
  await forward.until(({ waitingFor }) => waitingFor.some(({ for: names }) => names.join().includes('revert pull')));
  await mergedRevert(world, project);
  expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
  done();
  await service.killAll();
  const changes = changesOf(world, project);
  for (const change of before) changes.splice(changes.indexOf(change), 1);
  return { changes, killedAt, refs: refsOf(world, project).map((line) => line.split(' ')[0]!) };
}
