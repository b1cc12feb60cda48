import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunState } from '../../src/domain/run/state.ts';
import { openDoor } from '../support/door.ts';
import { killedAtEveryChange, SIDES, type Side } from '../support/killing.ts';
import { changesOf, changesOfRelease, concerns, filesOn, standing } from '../support/outside.ts';
import { PARTS } from '../support/release-sample.ts';
import { World } from '../support/world.ts';
import { CLOSING, TELLING, unseen, writeMethods } from '../support/write-methods.ts';

const WITHIN_MS = 600_000;
/** Those that a release needs only where something went wrong: undoing.test.ts shows them. */
const UNDOING = ['GitHubWrites.updatePullRequest', 'GitHubWrites.deleteRelease', 'GitHubWrites.deleteAsset'];
/** Where workflows of the project's own do a part: workflows-of-its-own.test.ts shows them. */
const BY_WORKFLOWS = ['ActionsWrites.dispatchWorkflow', 'ActionsWrites.cancelWorkflowRun'];
/** A rollback's: kills-after-a-release.test.ts shows it. */
const ROLLING_BACK = ['GitHubWrites.updateIssue'];

/** A dead worker is missed after so long. */
const NOTICED_SOON = { heartbeat: 2 };

let world: World;
let goldenRun: Promise<Ended> | undefined;

interface Ended {
  readonly state: RunState;
  readonly changes: string[];
  readonly stands: Awaited<ReturnType<typeof standing>>;
  readonly killedAt: string[];
}

beforeAll(async () => {
  world = await World.open();
});

afterAll(() => world?.close());

describe.concurrent('a release whose publish worker is killed at every change outside', { timeout: WITHIN_MS }, () => {
  test('changes everything once where nobody kills it', async () => {
    const { changes } = await golden();
    expect(changes).toEqual(changesOfRelease(world, PARTS));
    const there = world.registry ? writeMethods() : writeMethods().filter((name) => !name.startsWith('Registry'));
    expect(
      unseen(
        there.filter((name) => ![...UNDOING, ...CLOSING, ...BY_WORKFLOWS, ...ROLLING_BACK, ...TELLING].includes(name)),
        changes,
      ),
    ).toEqual([]);
  });

  test.each(SIDES)('ends as if nothing had happened: killed %s', async (side) => {
    const killed = await released(`side${SIDES.indexOf(side)}`, side);
    const expected = await golden();
    expect(killed.killedAt.toSorted()).toEqual(expected.changes);
    expect(killed.changes).toEqual(expected.changes);
    expect(killed.stands).toEqual(expected.stands);
  });
});

/** The release with which the others are compared. */
function golden(): Promise<Ended> {
  goldenRun ??= released('golden');
  return goldenRun;
}

/** One run, its worker killed at the first occurrence of each change. */
async function released(project: string, side?: Side): Promise<Ended> {
  await world.addProject(project, { waits: NOTICED_SOON, parts: PARTS });
  const service = await world.service();
  const { killedAt, done } = await killedAtEveryChange({ world, service, project, side });

  const run = await service.release(project, { client: service.skippingClient });
  await run.signOff();
  await run.result();
  const state = await run.state();
  done();
  await service.killAll();
  expect(state.outcome).toBe('released');
  const stands = await standing(world, project, state.manifest!);
  return { state, changes: changesOf(world, project), stands, killedAt };
}

test('the Temporal server and a build worker die as well: the run goes on where it was', {
  timeout: WITHIN_MS,
}, async () => {
  const door = await openDoor();
  const gate = `setsid python gate.py ${door.url}/left & python gate.py ${door.url}/gate`;
  await world.addProject('hit', {
    waits: NOTICED_SOON,
    change: { gates: [{ name: 'door', run: gate, network: true }] },
    files: { 'gate.py': 'import sys, urllib.request\nurllib.request.urlopen(sys.argv[1])\n' },
  });
  const service = await world.service();
  const [build] = await service.begin('build', 'publish');
  const run = await service.release('hit', { client: service.skippingClient });

  await door.knocked(2);
  build!.kill();
  await door.left(2); // nothing of the gate's tree lives on, not even what left its group
  door.open();
  await service.begin('build');
  await run.signOff();

  const uploading = new Promise<void>((resolve) => {
    const done = world.journal.onPoint((point, change) => {
      if (point !== 'before-store' || change.server !== 'index' || !concerns('hit', change)) return;
      done();
      resolve();
    });
  });
  await uploading;
  await world.killTemporal();

  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { manifest } = await run.state();
  expect(changesOf(world, 'hit')).toEqual(changesOfRelease(world));
  expect(new Set((await filesOn(world, 'index', 'hit')).map(({ digest }) => digest))).toEqual(
    new Set(manifest!.files.map(({ digest }) => digest)),
  );
  await door.close();
  await service.killAll();
});
