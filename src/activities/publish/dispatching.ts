import { createHash, randomUUID } from 'node:crypto';
import { type JobPurpose, markerOf, nextAct, type OwnRun, ownRuns } from '../../domain/dispatch/own-run.ts';
import { faultsOfWorkflow } from '../../domain/dispatch/workflow-file.ts';
import { filled } from '../../domain/dispatch/workflow-inputs.ts';
import { Problem } from '../../domain/problem.ts';
import type { WorkflowJob } from '../../domain/project.ts';
import type { Job } from '../contract/dispatch.ts';
import type { ReleaseContext } from '../index.ts';
import type { GitHubAccess } from '../ports.ts';
import { gitAccess, type PublishDeps } from './deps.ts';
import { READ_BACKS } from './index-files.ts';

/** Clocks differ, and a run is found by when it was made. */
const CLOCKS_DIFFER_SECONDS = 600;
/** More than a step is ever tried without anybody asking why. */
const MOST_ATTEMPTS = 20;

export interface Dispatch {
  readonly context: ReleaseContext;
  readonly workflow: WorkflowJob;
  readonly purpose: JobPurpose;
  readonly attempt: number;
  /** A full name; what it stands at must be the purpose's commit. */
  readonly ref: string;
  /** Besides the marker; asked for only where a run is really dispatched. */
  readonly inputs: () => Promise<Readonly<Record<string, string>>>;
  readonly own: readonly string[];
}

export function keyOf({ id }: Pick<ReleaseContext, 'id'>, { part, commit, manifest }: JobPurpose): string {
  return createHash('sha256')
    .update(JSON.stringify([id, part, commit, manifest]))
    .digest('hex')
    .slice(0, 16);
}

/** The runs of this job that GitHub shows. */
export async function ownRunsOf(
  { github }: Pick<PublishDeps, 'github'>,
  access: GitHubAccess,
  { context, workflow, purpose }: Pick<Dispatch, 'context' | 'workflow' | 'purpose'>,
): Promise<OwnRun[]> {
  const since = new Date((context.time - CLOCKS_DIFFER_SECONDS) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return ownRuns(await github.workflowRuns(access, workflow.file, since), keyOf(context, purpose));
}

/** The workflow runs for this attempt of the step, or did; it is dispatched once, whenever a worker dies. */
export async function ensureDispatched(
  deps: PublishDeps,
  access: GitHubAccess,
  dispatch: Dispatch,
): Promise<{ job: Job; fresh: boolean }> {
  const { github } = deps;
  const { attempt, context, own, purpose, ref, workflow } = dispatch;
  const next = nextAct(await ownRunsOf(deps, access, dispatch), attempt);
  if (next.kind === 'watch') return { job: await checked(next.run), fresh: false };

  await assertStandsAt();
  const text = await github.workflowText(access, workflow.file, purpose.commit);
  if (!text) throw new Problem('workflow-unfit', `${workflow.file} is not there at ${purpose.commit}`);
  const faults = faultsOfWorkflow(text, workflow, own);
  if (faults.length > 0) throw new Problem('workflow-unfit', faults.join('; '), { faults });
  const given = Object.entries(workflow.inputs).map(([name, value]) => [name, fill(value)]);
  const marker = markerOf(keyOf(context, purpose), attempt);
  const inputs = { ...Object.fromEntries(given), ...(await dispatch.inputs()), 'slipway-run': marker };
  await mayDispatch(deps, context, marker);
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const { run } = await github.dispatchWorkflow(access, { file: workflow.file, ref: name, inputs });
  if (run !== null) return { job: await checked(await github.workflowRun(access, run)), fresh: true };
  for (const wait of READ_BACKS) {
    await deps.pause(wait);
    const shown = (await ownRunsOf(deps, access, dispatch)).find((one) => one.attempt === attempt);
    if (shown) return { job: await checked(shown), fresh: true };
  }
  throw new Problem('not-yet', `GitHub took the dispatch of ${workflow.file} and does not show its run yet`);

  function fill(value: string): string {
    return filled(value, context.version, context.project.version.tag);
  }

  /** GitHub takes a branch or a tag, no commit: so it must not have moved, neither before nor meanwhile. */
  async function assertStandsAt(): Promise<void> {
    const refs = await deps.remote.refs(await gitAccess(deps, context.project), [ref]);
    const there = refs[`${ref}^{}`] ?? refs[ref];
    if (there === purpose.commit) return;
    throw new Problem('workflow-ref-moved', `${ref} stands at ${there ?? 'nothing'}, not at ${purpose.commit}`);
  }

  async function checked({ id, sha, status, url }: Omit<OwnRun, 'attempt'>): Promise<Job> {
    if (sha === purpose.commit) return { run: id, url };
    if (status !== 'completed') await github.cancelWorkflowRun(access, id);
    throw new Problem('workflow-ref-moved', `${url} ran for ${sha}, not for ${purpose.commit}: it was cancelled`);
  }
}

/** A run that was asked for and that GitHub does not show yet, though it may: whoever stops a job must wait for it. */
export async function unseenDispatch(
  { archive }: Pick<PublishDeps, 'archive'>,
  context: ReleaseContext,
  { purpose, own }: { purpose: JobPurpose; own: readonly OwnRun[] },
): Promise<boolean> {
  const seen = own[0]?.attempt ?? 0;
  const attempts = Array.from({ length: MOST_ATTEMPTS }, (_, at) => seen + at + 1);
  const notes = await Promise.all(
    attempts.map((attempt) => archive.claimed(noteOf(markerOf(keyOf(context, purpose), attempt), 1))),
  );
  return notes.some((note) => note !== undefined && isRecent(note, context));
}

function noteOf(marker: string, round: number): string {
  return `dispatch:${marker}:${round}`;
}

/** As long as GitHub may not show its run yet. */
function isRecent({ at }: Record<string, unknown>, { project }: ReleaseContext): boolean {
  return Date.now() - Date.parse(String(at)) < 2 * project.waits.workflowEvery * 1000;
}

/**
 * Written down before the dispatch: whoever finds another's note waits until GitHub would show that one's run. Only when it shows none
 * after all was the request never received.
 */
async function mayDispatch({ archive }: PublishDeps, context: ReleaseContext, marker: string): Promise<void> {
  for (let round = 1; ; round += 1) {
    const own = { at: new Date().toISOString(), note: randomUUID() };
    const there = await archive.claim(noteOf(marker, round), own);
    if (there.note === own.note) return;
    if (isRecent(there, context))
      throw new Problem('not-yet', `a run was asked for at ${there.at}, and GitHub does not show it yet`);
  }
}
