import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chances } from '../support/chances.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { NodeWorld } from '../support/node-world.ts';
import { changesOf, changesOfRelease, filesOn, refsOf, releasesOf } from '../support/outside.ts';

/** `npm run test:power-cut` asks for ten; SLIPWAY_SEED repeats what was printed. */
const RELEASES = Number(process.env.SLIPWAY_POWER_CUTS ?? 2);
const SEED = Number(process.env.SLIPWAY_SEED ?? Date.now() % 1_000_000);
const WITHIN_MS = 180_000 * RELEASES;
/** How long a release takes where nobody cuts it, until one has shown it. */
const ABOUT_MS = 12_000;

let world: NodeWorld;
let node: NodeProcess;

beforeAll(async () => {
  world = await NodeWorld.open();
  node = world.node();
  await node.up;
});

afterAll(() => world?.close());

/** The world outside (index, GitHub) is in this process and stays up; every process of the node dies at the same moment. */
test(`power cut: ${RELEASES} releases, each cut once at a random moment, all end once`, {
  timeout: WITHIN_MS,
}, async () => {
  const chance = chances(SEED);
  tell(`power cut: ${RELEASES} releases, SLIPWAY_SEED=${SEED}`);
  let span = ABOUT_MS;
  for (let number = 1; number <= RELEASES; number += 1) {
    const project = `cut${number}`;
    await world.addProject(project, { waits: { heartbeat: 2 } });
    const moment = Math.round(chance() * span);
    const { inOneGo, cut } = await released(project, moment);
    tell(
      `  ${project}: cut at ${(moment / 1000).toFixed(1)} s, ${cut}; ${(inOneGo / 1000).toFixed(1)} s of work in all`,
    );
    span = inOneGo;

    expect(changesOf(world, project)).toEqual(changesOfRelease(world));
    const tags = refsOf(world, project).filter((ref) => ref.startsWith('refs/tags/v1.1.0 '));
    expect(tags).toHaveLength(1);
    expect(await releasesOf(world, project)).toHaveLength(1);
    expect(await filesOn(world, 'index', project)).toHaveLength(2);
  }
});

async function released(project: string, moment: number): Promise<{ inOneGo: number; cut: string }> {
  const began = performance.now();
  let away = 0;
  const cutting = sleep(moment).then(async () => {
    const at = performance.now();
    const outside = changesOf(world, project).length;
    const processes = await node.cutPower();
    node = world.node();
    await node.up;
    away = performance.now() - at;
    return `${processes} processes, ${outside} changes outside`;
  });
  const rita = world.person;
  const releasing = (async () => {
    const id = await rita.release(project);
    await rita.signOff(id);
    expect(await rita.ended(id)).toMatchObject({ outcome: 'released' });
    return performance.now();
  })();
  const [ended, cut] = await Promise.all([releasing, cutting]);
  return { inOneGo: Math.max(ABOUT_MS / 2, ended - began - away), cut };
}

/** Through vitest's own output, so that a run that fails can be repeated. */
function tell(line: string): void {
  writeSync(2, `${line}\n`);
}
