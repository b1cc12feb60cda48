import { workAtDesk } from './desk.ts';
import { changesOf } from './outside.ts';
import { asRita, mergedRevert, startedRun, yankedByOwner } from './rolling-back.ts';
import type { ReleaseRun, Service } from './service.ts';
import type { World } from './world.ts';

/** A hotfix of the sample, its fix pushed by a person and signed off. */
export async function hotfixed(world: World, service: Service, project: string): Promise<ReleaseRun> {
  const request = { version: '1.0.1', title: 'no crash on empty input', issue: 5 };
  const run = await service.hotfix(project, request, { client: service.skippingClient });
  await run.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'prepare.fix'));
  const branch = 'hotfix/v1.0.1';
  workAtDesk(world, project, { from: branch, to: branch, files: { 'fixed.txt': 'yes\n' } });
  await run.signOff();
  return run;
}

/** A release of 1.1.0 after one of 1.0.0; what it changed outside. */
export async function badRelease(world: World, service: Service, project: string): Promise<string[]> {
  await asRita(world, project, 'POST', 'releases', { tag_name: 'v1.0.0', name: 'The first' });
  const bad = await service.release(project, { client: service.skippingClient });
  await bad.signOff();
  await bad.result();
  return changesOf(world, project);
}

/** What people change outside while a version is rolled back. */
export const BY_PEOPLE = ['yank', 'merge-pull-request'];

/** The rollback of 1.1.0 with everything that it may change on git, GitHub and the index, and all that people do for it. */
export async function rolledBack(world: World, service: Service, project: string): Promise<ReleaseRun> {
  const wish = { rollForward: 'yes', tags: 'retag', client: service.skippingClient } as const;
  const run = await service.rollback(project, wish);
  await yankedByOwner(world, project);
  await run.signOff();
  const forward = await startedRun(service, `release:${project}:1.1.1`);
  await forward.signOff();
  await forward.until(({ waitingFor }) => waitingFor.some(({ for: names }) => names.join().includes('revert pull')));
  await mergedRevert(world, project);
  return run;
}

/** Each once, besides what the release had changed. */
export const CHANGES_OF_ROLLBACK = [
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
  'github upload-asset sample v1.1.1 sample-1.1.1.intoto.json',
  'github upload-asset sample v1.1.1 sample-1.1.1.tar.gz',
  'github upload-asset sample v1.1.1 sbom.cdx.json',
  'index upload sample-1.1.1-py3-none-any.whl',
  'index upload sample-1.1.1.tar.gz',
  'index yank sample 1.1.0',
];

export const CHANGES_OF_ROLLBACK_BY_RUNS = CHANGES_OF_ROLLBACK.filter(
  (change) => !BY_PEOPLE.some((act) => change.includes(act)),
);

/** What a project's runs changed since `before`. */
export function changesSince(world: World, project: string, before: readonly string[]): string[] {
  const changes = changesOf(world, project);
  for (const change of before) changes.splice(changes.indexOf(change), 1);
  return changes;
}
