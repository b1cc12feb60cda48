import { isCancellation, workflowInfo } from '@temporalio/workflow';
import { PROBLEMS } from '../../domain/problem.ts';
import { RECORD_STEP } from '../../domain/release-record.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import { stageOf } from '../../domain/version.ts';
import type { Hands } from '../activities.ts';
import { enter, type Run } from '../run.ts';
import { together } from '../step.ts';
import { tryTo } from '../try.ts';
import { announce, channelsFor, tellAgain, type Wanted } from './announce.ts';

/** What has come to its end, and what is told of it. */
export interface Closing extends Wanted {
  readonly event: 'released' | 'hotfix' | 'rollback';
}

interface Task {
  readonly id: string;
  readonly title: string;
  readonly act: (using: Hands) => Promise<StepReport>;
}

/**
 * What is left to do once everything is out: tell people, close the milestone, keep the record. Nothing here is worth a question, and
 * nothing makes a failure of the release: what does not succeed is tried once more, and said. An abort ends the closing alone.
 */
export async function close(run: Run, closing: Closing): Promise<void> {
  const tasks = tasksOf(run, closing);
  const told = channelsFor(run, closing).length + run.unheard.length > 0;
  if (tasks.length === 0 && !told && !keepsRecord(run)) return;
  enter(run, 'close');
  try {
    await together([tellAgain(run), announce(run, closing), ...tasks.map((task) => tryTo(run, task, task.act))]);
    const again = [
      ...tasks.filter(({ id }) => mayHelp(run, id)).map((task) => tryTo(run, task, task.act)),
      ...run.unheard.splice(0).flatMap(({ id, send }) => (mayHelp(run, id) ? [send()] : [])),
    ];
    await together(again);
    if (keepsRecord(run)) await keepRecord(run, closing);
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

/** Milestones, labels and board are of stable versions; the next milestone follows a release of what was planned, not a hotfix. */
function tasksOf(run: Run, { event }: Closing): Task[] {
  const { project, version } = run.context;
  // What was frozen before there were such rules has none of them.
  if (!project.milestones || !project.publish.github || event === 'rollback' || stageOf(version) !== 'stable')
    return [];
  const input = { ...run.context, run: workflowInfo().firstExecutionRunId };
  const { close: closes, next } = project.milestones;
  const creates = next && event === 'released';
  const tasks: (Task | false)[] = [
    (closes || creates) && {
      id: 'close.milestones',
      title: 'Close the milestone, create the next one',
      act: (using) => using.publish.ensureMilestones({ ...input, next: creates }),
    },
    project.labels.length > 0 && {
      id: 'close.labels',
      title: `Label what was released: ${project.labels.join(', ')}`,
      act: (using) => using.publish.ensureLabelled(input),
    },
    project.board !== null && {
      id: 'close.board',
      title: `Put what was released on the board as ${project.board.value}`,
      act: (using) => using.publish.ensureOnBoard(input),
    },
  ];
  return tasks.filter((task) => task !== false);
}

/** Was it only that nobody answered? What was refused once is refused again. */
function mayHelp({ state }: Run, id: string): boolean {
  const step = state.steps.find((one) => one.id === id);
  if (step?.status !== 'failed' || !step.problem) return false;
  const { code } = step.problem;
  return code === 'unexpected' || PROBLEMS[code].retry;
}

/** Beside the GitHub release, or where policy wants a record whatever else there is; every run is in the archive anyway. */
function keepsRecord({ context }: Run): boolean {
  return context.project.publish.github !== null || context.project.policy === 'strict';
}

async function keepRecord(run: Run, { event }: Closing): Promise<void> {
  const { context, state } = run;
  const spec = { id: RECORD_STEP, title: 'Keep the release record and the filled checklist' };
  const kept = await tryTo(run, spec, (using) =>
    using.upload.ensureRecordKept({
      ...context,
      run: workflowInfo().firstExecutionRunId,
      runId: state.runId,
      outcome: event === 'rollback' ? 'rolled-back' : 'released',
    }),
  );
  if (kept?.url) state.links.record = kept.url;
}
