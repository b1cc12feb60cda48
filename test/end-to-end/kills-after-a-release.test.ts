import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunState } from '../../src/domain/run/state.ts';
import {
  BY_PEOPLE,
  badRelease,
  CHANGES_OF_ROLLBACK,
  CHANGES_OF_ROLLBACK_BY_RUNS,
  changesSince,
  hotfixed,
  rolledBack,
} from '../support/after-a-release.ts';
import { killingTwice, Mortal } from '../support/killing-twice.ts';
import { changesOf, refsOf, standing } from '../support/outside.ts';
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

/** A hotfix on a project of its own; with `killed` its publish worker dies twice at every change outside. */
async function hotfix(project: string, { killed }: { killed: boolean }): Promise<Ended> {
  await world.addProject(project, { waits: NOTICED_SOON });
  const service = await world.service();
  const worker = await Mortal.begin(service);
  const killedAt: string[] = [];
  const done = killed ? world.journal.onPoint(killingTwice(project, worker, killedAt)) : () => {};
  const run = await hotfixed(world, service, project);
  await run.result();
  const state = await run.state();
  done();
  await service.killAll();
  const stands = await standing(world, project, state.manifest!);
  return { state, changes: changesOf(world, project), stands, killedAt: killedAt.toSorted() };
}

describe.concurrent('a worker that is killed before and after each change', { timeout: WITHIN_MS }, () => {
  test('of a hotfix leaves the hotfix as if nothing had happened', async () => {
    const [golden, killed] = await Promise.all([
      hotfix('golden', { killed: false }),
      hotfix('killed', { killed: true }),
    ]);
    expect(golden.state.outcome).toBe('released');
    expect(killed.killedAt).toEqual(golden.changes);
    expect(killed.changes).toEqual(golden.changes);
    expect(killed.stands).toEqual(golden.stands);
  });

  test('of a rollback, its roll-forward included, leaves them as if nothing had happened', async () => {
    await world.addProject('rolled', { waits: NOTICED_SOON });
    const service = await world.service();
    const worker = await Mortal.begin(service);
    const before = await badRelease(world, service, 'rolled');
    const killedAt: string[] = [];
    const done = world.journal.onPoint(killingTwice('rolled', worker, killedAt, BY_PEOPLE));
    const run = await rolledBack(world, service, 'rolled');
    expect(await run.result()).toMatchObject({ outcome: 'rolled-back' });
    done();
    await service.killAll();
    expect(changesSince(world, 'rolled', before)).toEqual(CHANGES_OF_ROLLBACK);
    expect(killedAt.toSorted()).toEqual(CHANGES_OF_ROLLBACK_BY_RUNS);
    const tags = refsOf(world, 'rolled').filter((ref) => ref.startsWith('refs/tags/'));
    expect(tags.map((line) => line.split(' ')[0])).toEqual(
      ['v1.0.0', 'v1.0.1', 'v1.1.1'].map((tag) => `refs/tags/${tag}`),
    );
  });
});
