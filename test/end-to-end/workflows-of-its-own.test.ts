import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Jobs } from '../../src/sandbox/stand-ins.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, filesOn, github, releasesOf } from '../support/outside.ts';
import { sampleProject } from '../support/release-sample.ts';
import type { ReleaseRun, Service } from '../support/service.ts';
import { PUBLISH, WHEELS, WORKFLOW_FILES } from '../support/workflow-files.ts';
import type { World } from '../support/world.ts';
import { unseen } from '../support/write-methods.ts';

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

const job = (name: string) => fileURLToPath(new URL(`../support/jobs/${name}.ts`, import.meta.url));
const byWorkflow = { index: { name: 'pypi', via: 'workflow', workflow: PUBLISH } };

/** A project without a token for the index; `jobs` stand in for its workflows. */
async function released(name: string, jobs: Jobs = {}, more: object = {}): Promise<ReleaseRun> {
  const { publish } = sampleProject(name);
  const change = { publish: { ...publish, ...byWorkflow }, ...more };
  await world.addProject(name, { files: WORKFLOW_FILES, change, jobs });
  const run = await service.release(name);
  await run.signOff();
  return run;
}

interface WorkflowRun {
  readonly head_sha: string;
  readonly event: string;
  readonly conclusion: string;
}

async function runsOf(name: string, file: string): Promise<readonly WorkflowRun[]> {
  type Listed = { workflow_runs: WorkflowRun[] };
  return (await github<Listed>(world, name, `actions/workflows/${file}/runs`)).workflow_runs;
}

async function expectApprovedBytes(name: string, run: ReleaseRun) {
  const { manifest } = await run.state();
  const digests = (files: readonly { digest: string }[]) => files.map(({ digest }) => digest).toSorted();
  expect(digests(await filesOn(world, 'index', name))).toEqual(digests(manifest!.files));
  const [release] = await releasesOf(world, name);
  expect(release?.draft).toBe(false);
  const names = manifest!.files.map((file) => file.name);
  expect(digests(release!.assets.filter((asset) => names.includes(asset.name)))).toEqual(digests(manifest!.files));
}

describe.concurrent("workflows of the project's own", { timeout: WITHIN_MS }, () => {
  test('a release built and published by them ships the approved bytes, without a token for the index', async () => {
    const build = { via: 'workflow', workflow: WHEELS };
    const run = await released('byjobs', { build: job('windows-wheel') }, { build });
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    await expectApprovedBytes('byjobs', run);
    const state = await run.state();
    expect(state.manifest!.files.map(({ name }) => name).toSorted()).toEqual([
      'byjobs-1.1.0-py3-none-any.whl',
      'byjobs-1.1.0-py3-none-win_amd64.whl',
      'byjobs-1.1.0.tar.gz',
    ]);
    const [wheels] = await runsOf('byjobs', 'wheels.yml');
    const [published] = await runsOf('byjobs', 'publish.yml');
    expect(wheels).toMatchObject({ head_sha: state.commit, conclusion: 'success' });
    expect(published).toMatchObject({ head_sha: state.links.commit, conclusion: 'success' });
    expect(changesOf(world, 'byjobs').filter((change) => change.startsWith('index upload'))).toHaveLength(3);
  });

  test('a job that publishes other bytes than were approved is caught: both sides are named, the version is spent', async () => {
    const run = await released('forger', { publish: job('other-bytes') });
    const { problem } = await run.blocked('release.index');
    const there = (await filesOn(world, 'index', 'forger')).find(({ name }) => name.endsWith('.tar.gz'))!;
    const wanted = (await run.state()).manifest!.files.find(({ name }) => name.endsWith('.tar.gz'))!;
    expect(problem).toMatchObject({ code: 'index-conflict', remedy: expect.stringContaining('raise the version') });
    expect(problem!.message).toContain(there.digest);
    expect(problem!.message).toContain(wanted.digest);
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'abandoned' });
  });

  test('a job that says it succeeded and published nothing blocks; a retry dispatches once more', async () => {
    const run = await released('idle', { publish: job('nothing') });
    const blocked = await run.blocked('release.index');
    expect(blocked.problem).toMatchObject({ code: 'files-missing' });
    expect(await runsOf('idle', 'publish.yml')).toHaveLength(1);
    world.servers.github.standIn('acme', 'idle', 'publish.yml', {
      program: fileURLToPath(new URL('../../src/sandbox/jobs/publish.ts', import.meta.url)),
      env: world.jobEnvironment,
    });
    await run.decide(blocked, 'retry');
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    expect(await runsOf('idle', 'publish.yml')).toHaveLength(2);
    await expectApprovedBytes('idle', run);
  });

  test('a job that failed after it had published everything is adopted, with a note', async () => {
    const run = await released('stumbler', { publish: job('then-fails') });
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    const step = (await run.state()).steps.find(({ id }) => id === 'release.index');
    expect(step).toMatchObject({ status: 'adopted', summary: expect.stringContaining('ended as failure') });
    await expectApprovedBytes('stumbler', run);
  });

  test('of a job that published a part, the files that are missing are named', async () => {
    const run = await released('halfway', { publish: job('a-part') });
    const { problem } = await run.blocked('release.index');
    expect(problem).toMatchObject({ code: 'workflow-failed', faults: ['the job publish did not succeed'] });
    expect(problem!.message).toContain('lacks halfway-1.1.0.tar.gz');
  });

  test('a wheel that holds what its RECORD does not list is refused before anybody signs', async () => {
    await world.addProject('spoiled', {
      ...{ files: WORKFLOW_FILES, jobs: { build: job('spoiled-wheel') } },
      change: { build: { via: 'workflow', workflow: WHEELS } },
    });
    const run = await service.release('spoiled');
    const { problem } = await run.blocked('test.build-workflow');
    expect(problem).toMatchObject({ code: 'built-file-refused', message: expect.stringContaining('surprise.pth') });
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
  });

  test('an abort stops the job before anything is taken back: nothing is published, tag and draft are gone', async () => {
    const run = await released('stopped', { publish: job('hangs') });
    await run.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'release.index'));
    await run.abort();
    const { outcome, undone } = await run.result();
    expect(outcome).toBe('withdrawn');
    expect(undone[0]).toContain('publish workflow has ended');
    expect((await runsOf('stopped', 'publish.yml')).map(({ conclusion }) => conclusion)).toEqual(['cancelled']);
    expect(await filesOn(world, 'index', 'stopped')).toEqual([]);
    expect(await releasesOf(world, 'stopped')).toEqual([]);
    expect(unseen(['ActionsWrites.cancelWorkflowRun'], changesOf(world, 'stopped'))).toEqual([]);
  });

  test('a workflow that could not be found again is refused before anything is done', async () => {
    const { publish } = sampleProject('nameless');
    const file = WORKFLOW_FILES['.github/workflows/publish.yml']!.replace(/^run-name.*\n/m, '');
    await world.addProject('nameless', {
      files: { '.github/workflows/publish.yml': file },
      change: { publish: { ...publish, ...byWorkflow } },
    });
    const run = await service.release('nameless');
    const { problem } = await run.blocked('prepare.preflight');
    expect(problem).toMatchObject({ code: 'workflow-unfit', message: expect.stringContaining('run-name') });
    expect(changesOf(world, 'nameless')).toEqual([]);
  });
});

test('a publish worker killed between dispatch and read back dispatches once', { timeout: WITHIN_MS }, async () => {
  const { publish } = sampleProject('killed');
  const change = { publish: { ...publish, ...byWorkflow } };
  await world.addProject('killed', { files: WORKFLOW_FILES, change, waits: { heartbeat: 2 } });
  const own = await world.service();
  const [worker] = await own.begin('publish', 'build');
  const next = own.worker('publish');
  const done = world.journal.onPoint((point, { action, target }) => {
    if (point !== 'after-store' || action !== 'dispatch-workflow' || !target.includes('/killed ')) return;
    done();
    worker!.kill();
    void next.begin();
  });
  const run = await own.release('killed', { client: own.skippingClient });
  await run.signOff();
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(changesOf(world, 'killed').filter((one) => one.startsWith('github dispatch-workflow'))).toHaveLength(1);
  await expectApprovedBytes('killed', run);
  await own.killAll();
});
