import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Job } from '../../src/activities/contract/dispatch.ts';
import type { ReleaseContext } from '../../src/activities/index.ts';
import type { Project } from '../../src/domain/project.ts';
import type { ArtifactRef, Manifest } from '../../src/domain/run/state.ts';
import { sdist, wheel } from '../support/distribution.ts';
import { pythonTools } from '../support/python-tools.ts';
import { contextOf, Rehearsed } from '../support/rehearsed.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';
import { WORKFLOW_FILES } from '../support/workflow-files.ts';

const WORKFLOW = { file: 'publish.yml', inputs: {}, environment: 'pypi', ref: null };
const PATIENT = { timeout: 60_000, interval: 100 };

let rehearsed: Rehearsed;
let folder: string;

beforeAll(async () => {
  rehearsed = await Rehearsed.open();
  folder = mkdtempSync(join(tmpdir(), 'slipway-files-'));
}, 120_000);

afterAll(async () => {
  await rehearsed?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Approved {
  readonly context: ReleaseContext & { readonly project: Project };
  readonly commit: string;
  readonly manifest: Manifest;
  readonly dispatch: (attempt?: number) => Promise<{ job: Job | null; adopted?: boolean }>;
  readonly published: (job: Job) => Promise<{ summary: string; adopted?: boolean }>;
}

/** A version that is tagged and approved, whose workflow's steps `program` does. */
async function approved(name: string, program: string): Promise<Approved> {
  const source = new ScratchRepository().write(WORKFLOW_FILES).commit('chore: 1.2.0').tag('v1.2.0');
  const commit = source.git('rev-parse', 'HEAD').trim();
  const more = 'signOffs: { release: [] }\nwaits: { workflowEvery: 1 }\n';
  const plain = await rehearsed.project(name, source, { more });
  const target = { name: 'pypi', credential: null, workflow: WORKFLOW };
  const project = { ...plain, publish: { ...plain.publish, index: target } };
  const { github, index } = rehearsed.servers;
  const env = { SLIPWAY_TOOLS: pythonTools, SANDBOX_INDEX: index.url };
  github.standIn('acme', name, 'publish.yml', { program: fileURLToPath(new URL(program, import.meta.url)), env });
  const place = { repository: `acme/${name}`, workflow: 'publish.yml', environment: 'pypi' };
  index.trust({ project: name, user: 'slipway', issuer: github.issuer, ...place });

  const made = [wheel(folder, { name, text: 'approved' }), await sdist(folder, { name, text: 'approved' })];
  const files: ArtifactRef[] = await Promise.all(
    made.map(({ file, filename }) => rehearsed.store.putFile(filename, file)),
  );
  const manifest: Manifest = { digest: `sha256:${'a'.repeat(64)}`, files, extras: [] };
  const notes = await rehearsed.store.put('notes.md', 'Greets everybody.');
  const time = Math.floor(Date.now() / 1000);
  const context = { ...contextOf(project, { version: '1.2.0', time, procedure: { kind: 'release' } }), project };
  const approval = { startedBy: 'rita', commit, manifest: manifest.digest, signOffs: [] };
  const asked = { ...context, id: `release:${name}:1.2.0`, target, manifest };
  return {
    ...{ context: asked, commit, manifest },
    dispatch: (attempt = 1) =>
      rehearsed.activities.ensurePublishDispatched({ ...asked, commit, notes, approval, attempt }),
    published: (job) => vi.waitFor(() => rehearsed.activities.awaitPublishedByJob({ ...asked, job }), PATIENT),
  };
}

interface Runs {
  readonly workflow_runs: { readonly conclusion: string | null; readonly head_sha: string }[];
}

const runsOf = (name: string) => rehearsed.github<Runs>(name, 'actions/workflows/publish.yml/runs');

test('a job gets the approved files from the draft and puts them on the index, with no token but its own', async () => {
  const { commit, dispatch, published } = await approved('obedient', '../../src/sandbox/jobs/publish.ts');
  const { job } = await dispatch();
  expect(await dispatch()).toMatchObject({ job });
  expect(await published(job!)).toMatchObject({ adopted: false });
  expect((await runsOf('obedient')).workflow_runs).toMatchObject([{ head_sha: commit, conclusion: 'success' }]);
  expect(await dispatch(2)).toMatchObject({ job: null, adopted: true });
}, 120_000);

test('a job under way is cancelled before anything else is taken back', async () => {
  const { commit, context, dispatch, manifest } = await approved('endless', '../support/jobs/hangs.ts');
  const { job } = await dispatch();
  const waiting = rehearsed.activities.awaitPublishedByJob({
    ...context,
    manifest,
    target: context.project.publish.index,
    job: job!,
  });
  await expect(waiting).rejects.toMatchObject({ type: 'not-yet' });
  const entry = { kind: 'job', part: 'publish', commit, manifest: manifest.digest } as const;
  const { undone, summary } = await vi.waitFor(() => rehearsed.activities.undo({ ...context, entry }), PATIENT);
  expect([undone, summary]).toEqual([true, expect.stringContaining('the publish workflow has ended')]);
  expect((await runsOf('endless')).workflow_runs).toMatchObject([{ conclusion: 'cancelled' }]);
}, 120_000);

test('a version of which the index holds other bytes already is refused without any dispatch', async () => {
  const { dispatch } = await approved('spent', '../../src/sandbox/jobs/publish.ts');
  await rehearsed.upload('spent', '1.2.0');
  const before = rehearsed.changes();
  await expect(dispatch()).rejects.toMatchObject({ type: 'index-conflict' });
  expect(rehearsed.changes()).toBe(before);
}, 120_000);
