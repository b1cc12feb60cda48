import { describe, expect, test } from 'vitest';
import {
  BY_PEOPLE,
  badRelease,
  CHANGES_OF_ROLLBACK,
  CHANGES_OF_ROLLBACK_BY_RUNS,
  changesSince,
  hotfixed,
  rolledBack,
} from '../support/after-a-release.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, standing } from '../support/outside.ts';
import type { Service } from '../support/service.ts';
import { troublingTwice } from '../support/troubling.ts';
import type { World } from '../support/world.ts';

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

/** A hotfix on a project of its own, and what stands outside after it. */
async function hotfix(project: string) {
  const run = await hotfixed(world, service, project);
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { manifest } = await run.state();
  return { changes: changesOf(world, project), stands: await standing(world, project, manifest!) };
}

describe.concurrent('each change refused once, and at the repeat stored and answered by an error', {
  timeout: WITHIN_MS,
}, () => {
  test('a hotfix goes on by itself, and leaves what one without troubles leaves', async () => {
    await Promise.all(['calm', 'troubled'].map((project) => world.addProject(project)));
    const met: string[] = [];
    world.journal.onPoint(troublingTwice(world, 'troubled', { met }));
    const [calm, troubled] = await Promise.all([hotfix('calm'), hotfix('troubled')]);
    expect(met.toSorted()).toEqual(calm.changes);
    expect(troubled).toEqual(calm);
  });

  test('a rollback and its roll-forward go on by themselves, and change everything once', async () => {
    await world.addProject('shaky');
    const before = await badRelease(world, service, 'shaky');
    const met: string[] = [];
    world.journal.onPoint(troublingTwice(world, 'shaky', { met, byPeople: BY_PEOPLE }));
    const run = await rolledBack(world, service, 'shaky');
    expect(await run.result()).toMatchObject({ outcome: 'rolled-back', notUndone: [] });
    expect(changesSince(world, 'shaky', before)).toEqual(CHANGES_OF_ROLLBACK);
    // One push moves two tags: what the second one meets, the first one meets again.
    expect([...new Set(met)].toSorted()).toEqual(CHANGES_OF_ROLLBACK_BY_RUNS);
  });
});
