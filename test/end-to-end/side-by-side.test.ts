import { describe, expect, test } from 'vitest';
import { workAtDesk } from '../support/desk.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, changesOfRelease, filesOn, github, gitOn } from '../support/outside.ts';
import { yankedByOwner } from '../support/rolling-back.ts';
import type { ReleaseRun, Service } from '../support/service.ts';
import type { World } from '../support/world.ts';

const WATCHED = { monitoring: { window: '1d', every: '1s' } };

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

async function inWindow(project: string): Promise<ReleaseRun> {
  await world.addProject(project, { change: WATCHED });
  const run = await service.release(project);
  await run.signOff();
  await readings(run);
  return run;
}

/** Until the window has heard of its monitor's first round. */
const readings = (run: ReleaseRun) => run.until(({ window }) => (window?.probes.length ?? 0) > 0);

async function conclude(run: ReleaseRun): Promise<void> {
  const { window } = await run.state();
  await run.signal('watch', { by: 'rita', attempt: window!.attempt, action: 'conclude', reason: 'seen enough' });
}

describe.concurrent('side by side', { timeout: WITHIN_MS }, () => {
  test('a hotfix is released while the release that it repairs is watched, which takes no harm from it', async () => {
    const release = await inWindow('mended');
    const hotfix = await service.hotfix('mended', { version: '1.1.1', title: 'no crash' });
    await hotfix.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'prepare.fix'));
    const branch = 'hotfix/v1.1.1';
    workAtDesk(world, 'mended', { from: branch, to: branch, files: { 'fixed.txt': 'yes\n' } });
    await hotfix.signOff();
    await readings(hotfix);
    expect((await github<{ tag_name: string }>(world, 'mended', 'releases/latest')).tag_name).toBe('v1.1.1');
    expect(gitOn(world, 'mended', 'show', 'v1.1.1:fixed.txt')).toBe('yes\n');

    expect(await release.state()).toMatchObject({ phase: 'observe', window: { breaches: [] } });
    await Promise.all([conclude(release), conclude(hotfix)]);
    expect(await release.result()).toMatchObject({ outcome: 'released' });
    expect(await hotfix.result()).toMatchObject({ outcome: 'released' });
    const names = (await filesOn(world, 'index', 'mended')).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('.tar.gz'))).toEqual(['mended-1.1.0.tar.gz', 'mended-1.1.1.tar.gz']);
  });

  test('a release that is rolled back while it is watched learns of it and ends as rolled back', async () => {
    const release = await inWindow('failing');
    const rollback = await service.rollback('failing');
    await rollback.signOff();
    await yankedByOwner(world, 'failing');
    await readings(rollback);
    expect(await release.state()).toMatchObject({ window: { breaches: [], rollback: { standing: 'open' } } });
    await conclude(rollback);
    expect(await rollback.result()).toMatchObject({ outcome: 'rolled-back' });
    expect(await release.result()).toMatchObject({ outcome: 'rolled-back' });
  });

  test('ten projects are released at once, each with its own changes, each once', async () => {
    const projects = Array.from({ length: 10 }, (_, at) => `crowd${at}`);
    const runs = await Promise.all(
      projects.map(async (project) => {
        await world.addProject(project);
        return service.release(project);
      }),
    );
    await Promise.all(runs.map((run) => run.signOff()));
    const outcomes = await Promise.all(runs.map(async (run) => (await run.result()).outcome));
    expect(outcomes).toEqual(projects.map(() => 'released'));
    for (const project of projects) expect(changesOf(world, project), project).toEqual(changesOfRelease(world));
  });
});
