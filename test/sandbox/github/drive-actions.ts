import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { refused, repo, type Scene } from './scene.ts';
import { commitFile, git } from './world.ts';

const WORKFLOW = `name: Wheels
run-name: Wheels \${{ inputs.slipway-run }}
on:
  workflow_dispatch:
    inputs:
      slipway-run: { required: true, type: string }
jobs:
  wheels: { runs-on: ubuntu-latest, steps: [] }
`;

/** Leaves one artifact, and waits when it is told to. */
const JOB = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const { inputs } = JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));
mkdirSync(process.env.SANDBOX_ARTIFACTS + '/dist');
writeFileSync(process.env.SANDBOX_ARTIFACTS + '/dist/one.txt', 'one');
if (inputs['slipway-run'] === 'wait') setInterval(() => {}, 1000);
`;

/** Workflows, their runs and what they leave behind. */
export async function driveActions({ world, rita, uma }: Scene): Promise<void> {
  const clone = await world.clone('with-workflows', 'token-rita');
  const program = join(world.folder, 'job.mjs');
  writeFileSync(program, JOB);
  world.github.standIn('acme', 'sample', 'wheels.yml', { program });
  await git(clone, 'checkout', '-q', '-B', 'with-workflows');
  mkdirSync(join(clone, '.github/workflows'), { recursive: true });
  await commitFile(clone, 'with-workflows', '.github/workflows/wheels.yml', WORKFLOW);
  await git(clone, 'push', '-q', 'origin', 'HEAD:refs/heads/with-workflows');
  const at = { ...repo, workflow_id: 'wheels.yml' };
  await refused(404, rita.actions.getWorkflow(at)); // GitHub knows those of the default branch
  await git(world.github.repositoryPath('acme', 'sample'), 'symbolic-ref', 'HEAD', 'refs/heads/with-workflows');
  await git(
    world.github.repositoryPath('acme', 'sample'),
    'update-ref',
    'refs/heads/main',
    'refs/heads/with-workflows',
  );
  await rita.actions.getWorkflow(at);
  const ref = 'with-workflows';
  await refused(403, uma.actions.createWorkflowDispatch({ ...at, ref, inputs: { 'slipway-run': 'one' } }));
  await refused(422, rita.actions.createWorkflowDispatch({ ...at, ref: 'nowhere' }));
  await refused(422, rita.actions.createWorkflowDispatch({ ...at, ref }));
  await refused(422, rita.actions.createWorkflowDispatch({ ...at, ref, inputs: { other: 'one' } }));
  await rita.actions.createWorkflowDispatch({ ...at, ref, inputs: { 'slipway-run': 'one' } });
  const wait = { ...at, ref, inputs: { 'slipway-run': 'wait' }, return_run_details: true };
  const { data: dispatched } = await rita.actions.createWorkflowDispatch(wait);
  const waiting = { ...repo, run_id: (dispatched as { workflow_run_id: number }).workflow_run_id };
  await ended(async () => (await rita.actions.getWorkflowRun(waiting)).data.status === 'in_progress');
  await rita.actions.cancelWorkflowRun(waiting);
  await ended(async () => (await rita.actions.getWorkflowRun(waiting)).data.conclusion === 'cancelled');
  await refused(409, rita.actions.cancelWorkflowRun(waiting));
  const { data } = await rita.actions.listWorkflowRuns({ ...at, event: 'workflow_dispatch' });
  expect(data.workflow_runs.map((run) => run.display_title)).toEqual(['Wheels wait', 'Wheels one']);
  const run = { ...repo, run_id: data.workflow_runs[1]!.id };
  await ended(async () => (await rita.actions.getWorkflowRun(run)).data.conclusion === 'success');
  const page = await (await fetch(data.workflow_runs[1]!.html_url)).text();
  expect(page).toContain('wheels.yml on refs/heads/with-workflows');
  await rita.actions.listJobsForWorkflowRun(run);
  await refused(404, rita.actions.getWorkflowRun({ ...repo, run_id: 1 }));
  const { data: left } = await rita.actions.listWorkflowRunArtifacts(run);
  const artifact = { ...repo, artifact_id: left.artifacts[0]!.id, archive_format: 'zip' };
  await rita.actions.downloadArtifact({ ...artifact, request: { redirect: 'manual' } });
}

function ended(is: () => Promise<boolean>): Promise<unknown> {
  return vi.waitFor(async () => expect(await is()).toBe(true), { timeout: 60_000, interval: 100 });
}
