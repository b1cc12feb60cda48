import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunState } from '../../src/domain/run/state.ts';
import { workAtDesk } from '../support/desk.ts';
import { killingTwice, Mortal } from '../support/killing-twice.ts';
import { changesOf, standing } from '../support/outside.ts';
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

describe('a worker that is killed before and after each change', { timeout: WITHIN_MS }, () => {
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
});
