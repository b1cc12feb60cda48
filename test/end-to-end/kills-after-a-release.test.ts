import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunState } from '../../src/domain/run/state.ts';
import { workAtDesk } from '../support/desk.ts';
import { killingTwice, Mortal } from '../support/killing-twice.ts';
import { changesOf, refsOf, standing } from '../support/outside.ts';
import { asRita, mergedRevert, startedRun, yankedByOwner } from '../support/rolling-back.ts';
import type { ReleaseRun, Service } from '../support/service.ts';
import { World } from '../support/world.ts';

const WITHIN_MS = 600_000;
/** A dead worker is missed after so long. */
const NOTICED_SOON = { heartbeat: 2 };

let world: World;

beforeAll(async () => {
  world = await World.open();
}, WITHIN_MS);

afterAll(() => world?.close());

interface Ended {
  readonly state: RunState;
  readonly changes: string[];
  readonly stands: Awaited<ReturnType<typeof standing>>;
  readonly killedAt: string[];
}

type Procedure = (service: Service, project: string) => Promise<ReleaseRun>;

/** The procedure on a project of its own; with `killed` its publish worker dies twice at every change outside. */
async function outcomeOf(project: string, procedure: Procedure, { killed }: { killed: boolean }): Promise<Ended> {
  await world.addProject(project, { waits: NOTICED_SOON });
  const service = await world.service();
  const worker = await Mortal.begin(service);
  const killedAt: string[] = [];
  const done = killed ? world.journal.onPoint(killingTwice(project, worker, killedAt)) : () => {};
  const run = await procedure(service, project);
  await run.result();
  const state = await run.state();
  done();
  await service.killAll();
  const stands = await standing(world, project, state.manifest!);
  return { state, changes: changesOf(world, project), stands, killedAt: killedAt.toSorted() };
}

const hotfix: Procedure = async (service, project) => {
  const request = { version: '1.0.1', title: 'no crash on empty input', issue: 5 };
  const run = await service.hotfix(project, request, { client: service.skippingClient });
  await run.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'prepare.fix'));
  const branch = 'hotfix/v1.0.1';
  workAtDesk(world, project, { from: branch, to: branch, files: { 'fixed.txt': 'yes\n' } });
  await run.signOff();
  return run;
};

describe.concurrent('a worker that is killed before and after each change', { timeout: WITHIN_MS }, () => {
  test('of a hotfix leaves the hotfix as if nothing had happened', async () => {
    const [golden, killed] = await Promise.all([
      outcomeOf('golden', hotfix, { killed: false }),
      outcomeOf('killed', hotfix, { killed: true }),
    ]);
    expect(golden.state.outcome).toBe('released');
    expect(killed.killedAt).toEqual(golden.changes);
    expect(killed.changes).toEqual(golden.changes);
    expect(killed.stands).toEqual(golden.stands);
  });

  test('of a rollback, its roll-forward included, leaves them as if nothing had happened', async () => {
    const { changes, killedAt, refs } = await rolledBack('rolled');
    expect(changes).toEqual(CHANGES_OF_ROLLBACK);
    expect(killedAt).toEqual(CHANGES_OF_ROLLBACK.filter((change) => !BY_PEOPLE.some((act) => change.includes(act))));
    expect(refs.filter((ref) => ref.startsWith('refs/tags/'))).toEqual(
      ['v1.0.0', 'v1.0.1', 'v1.1.1'].map((tag) => `refs/tags/${tag}`),
    );
  });
});

const BY_PEOPLE = ['yank', 'merge-pull-request'];

const CHANGES_OF_ROLLBACK = [
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
  'github upload-asset sample v1.1.0 rollback-checklist.md',
  'github upload-asset sample v1.1.0 rollback-record.json',
  'github upload-asset sample v1.1.1 release-checklist.md',
  'github upload-asset sample v1.1.1 release-record.json',
  'github upload-asset sample v1.1.1 sample-1.1.1-py3-none-any.whl',
  'github upload-asset sample v1.1.1 sample-1.1.1.tar.gz',
  'index upload sample-1.1.1-py3-none-any.whl',
  'index upload sample-1.1.1.tar.gz',
  'index yank sample 1.1.0',
];

/** A release, then its rollback with everything that it may change on git, GitHub and the index, its worker killed at each change. */
async function rolledBack(project: string) {
  await world.addProject(project, { waits: NOTICED_SOON });
  await asRita(world, project, 'POST', 'releases', { tag_name: 'v1.0.0', name: 'The first' });
  const service = await world.service();
  const worker = await Mortal.begin(service);
  const bad = await service.release(project, { client: service.skippingClient });
  await bad.signOff();
  await bad.result();
  const before = changesOf(world, project);

  const killedAt: string[] = [];
  const done = world.journal.onPoint(killingTwice(project, worker, killedAt, BY_PEOPLE));
  const wish = { rollForward: 'yes', tags: 'retag', client: service.skippingClient } as const;
  const run = await service.rollback(project, wish);
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
  const refs = refsOf(world, project).map((line) => line.split(' ')[0]!);
  return { changes, killedAt: killedAt.toSorted(), refs };
}
