import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { judgeInbox } from '../domain/run/receive.ts';
import type { SignOffVerdict } from '../domain/run/sign-offs.ts';
import type { Outcome, RunState, Undo } from '../domain/run/state.ts';
import { waitFor } from '../domain/run/steps.ts';
import { closeWindow } from '../domain/run/watching.ts';
import { hands } from './activities.ts';
import { enter, now, type Run } from './run.ts';
import { show } from './show.ts';
import { may, must } from './step.ts';

/** How a run ends: expected endings are returned, never thrown. */
export interface Ending {
  readonly outcome: Outcome;
  readonly summary: string;
}

export interface RunResult extends Ending {
  readonly id: string;
  readonly version: string;
  readonly undone: readonly string[];
  readonly notUndone: readonly string[];
}

/** Walks the procedure to its end; an abort, by signal or by Temporal's own cancel, ends it early and takes back what can be taken back. */
export async function untilEnded(run: Run, procedure: () => Promise<Ending>): Promise<RunResult> {
  if (run.refused !== undefined) {
    const summary = `refused: ${run.refused}`;
    return CancellationScope.nonCancellable(() => end(run, { outcome: 'withdrawn', summary }));
  }
  const scope = new CancellationScope();
  const watch = new CancellationScope();
  void watch
    .run(() => condition(() => run.state.aborted !== undefined))
    .then(
      () => scope.cancel(),
      () => undefined,
    );
  let ending: Ending;
  try {
    ending = await scope.run(procedure);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    ending = await CancellationScope.nonCancellable(() => takeBack(run, abortedBy(run.state)));
  }
  watch.cancel();
  return CancellationScope.nonCancellable(() => end(run, ending));
}

/** Ends the run before anything was published and takes back what it did: by rejection, or because it was only a test. */
export async function withdraw(run: Run, outcome: 'withdrawn' | 'rehearsed', why: string): Promise<Ending> {
  return CancellationScope.nonCancellable(async () => {
    await undoAll(run);
    return { outcome, summary: why };
  });
}

/** One rejection is enough: what the run did is taken back. */
export function rejected(run: Run, { by, role, comment }: Rejection): Promise<Ending> {
  return withdraw(run, 'withdrawn', `rejected by ${by} as ${role}${comment ? `: ${comment}` : ''}`);
}

type Rejection = Extract<SignOffVerdict, { kind: 'rejected' }>;

/** After the first file on the index there is no undoing: the run then ends as abandoned, and says what stands where. */
async function takeBack(run: Run, why: string): Promise<Ending> {
  settle(run.state);
  await undoThose(run, ({ kind }) => kind === 'job'); // what still runs may publish
  if (run.state.reached === 'merged' && (await anyFilePublished(run))) run.state.reached = 'published';
  if (run.state.reached === 'published') {
    enter(run, 'close');
    const { window } = run.state;
    if (window && !window.verdict) closeWindow(window, false);
    run.state.notUndone.push(...standing(run.state));
    await leave(run);
    return { outcome: 'abandoned', summary: `${why}; ${whatStands(run.state)}` };
  }
  await undoAll(run);
  return { outcome: 'withdrawn', summary: why };
}

async function undoAll(run: Run): Promise<void> {
  run.takingBack = true;
  await undoThose(run, () => true);
  await leave(run);
}

/** In reverse; what was tried once is not tried again. */
async function undoThose(run: Run, chosen: (entry: Undo) => boolean): Promise<void> {
  const entries = run.state.undo.filter(chosen).reverse();
  if (entries.length === 0) return;
  enter(run, 'close');
  const before = run.takingBack;
  run.takingBack = true;
  run.state.undo = run.state.undo.filter((entry) => !entries.includes(entry));
  for (const entry of entries) {
    const title = `Take back: ${nameOf(entry)}`;
    const result = await may(run, { id: `close.undo-${entry.kind}`, title }, (using) =>
      using.publish.undo({ ...run.context, entry }),
    );
    if (result === undefined) run.state.notUndone.push(nameOf(entry));
    else (result.undone ? run.state.undone : run.state.notUndone).push(result.summary);
  }
  run.takingBack = before;
}

async function anyFilePublished(run: Run): Promise<boolean> {
  const spec = { id: 'close.look', title: 'Look whether a file reached the index' };
  const target = run.context.project.publish.index;
  const { files } = await must(run, spec, (using) => using.publish.countFiles({ ...run.context, target }));
  return files > 0;
}

/** Gives up the lane, held or only waited for. */
export async function leave(run: Run): Promise<void> {
  if (!run.inLane) return;
  run.inLane = false;
  const { id, project, runId } = run.state;
  await CancellationScope.nonCancellable(() =>
    hands(run.waits, { title: 'Leave the lane' }).waiting(10).leaveLane({ project, id, runId }),
  );
}

async function end(run: Run, ending: Ending): Promise<RunResult> {
  const { state } = run;
  settle(state);
  state.outcome = ending.outcome;
  state.ending = ending.summary;
  state.status = 'ended';
  state.endedAt = now();
  judgeInbox(state); // whatever still waits comes too late
  show(state);
  await run.told; // it notes in the record whether that could be said
  await run.archived; // an older record, written late, would take the place of the last one
  await archive(run);
  return { ...ending, id: state.id, version: state.version, undone: state.undone, notUndone: state.notUndone };
}

/** Keeps the record as it stands while the run goes on; only the last one, at the end, is waited for. */
export function archiveMeanwhile(run: Run): void {
  const before = run.archived ?? Promise.resolve();
  run.archived = CancellationScope.nonCancellable(() => before.then(() => archive(run))).catch(() => undefined);
}

/** What Temporal forgets after its retention stays in the archive. */
async function archive(run: Run): Promise<void> {
  await hands(run.waits, { title: 'Keep the record' })
    .waiting(30)
    .archiveRun({ id: run.state.id, runId: run.state.runId });
}

/** Nothing is waited for any more. */
function settle(state: RunState): void {
  for (const one of [...state.waitingFor]) waitFor(state, one.step, one.kind, [], now());
  for (const step of state.steps) {
    if (step.status !== 'running' && step.status !== 'waiting' && step.status !== 'blocked') continue;
    step.status = 'failed';
    step.endedAt = now();
  }
}

function abortedBy(state: RunState): string {
  return state.aborted ? `aborted by ${state.aborted.by}: ${state.aborted.reason}` : 'cancelled through Temporal';
}

function nameOf(entry: Undo): string {
  switch (entry.kind) {
    case 'branch':
      return `branch ${entry.ref}`;
    case 'pull-request':
      return `pull request from ${entry.head}`;
    case 'test-index':
      return `files of ${entry.version} on the test index`;
    case 'merge':
      return `merge of pull request #${entry.number}`;
    case 'tag':
      return `tag ${entry.tag}`;
    case 'draft':
      return `draft release ${entry.tag}`;
    case 'job':
      return `the ${entry.part} workflow`;
    case 'issue':
      return `urgent issue about ${entry.tag}`;
  }
}

function whatStands({ kind, version }: RunState): string {
  if (kind === 'rollback') return `what the rollback of ${version} did stays done`;
  return `${version} is published and stays so`;
}

function standing(state: RunState): string[] {
  return state.steps
    .filter((one) => one.status === 'done' || one.status === 'adopted')
    .filter((one) => /^(release|publish)\./.test(one.id))
    .map((one) => `${one.id}: ${one.summary}`);
}
