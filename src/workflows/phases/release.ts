import type { Approval } from '../../activities/index.ts';
import { holding } from '../../domain/run/sign-offs.ts';
import type { Candidate } from '../../domain/run/state.ts';
import { goesThroughMain, rulesOf } from '../../domain/stage-rules.ts';
import { tagOf } from '../../domain/version-tag.ts';
import { leave } from '../ending.ts';
import { enter, type Run, waitUntil } from '../run.ts';
import { lookSoon, may, must } from '../step.ts';
import { found } from './adopt.ts';
import type { Verdict } from './approve.ts';
import { type Prepared, rememberBranch } from './prepare.ts';
import { publishedByJob } from './publish-job.ts';
import type { Tested } from './test.ts';

export type Merged =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'moved'; readonly candidate: Candidate };

const INSTALL_LIMIT = 600;

/** Merges what was tested. Where main has moved so that the merged tree would differ, main comes into the branch and the run goes back to test. */
export async function merge(
  run: Run,
  prepared: Prepared,
  candidate: Candidate,
  verdict: Extract<Verdict, { kind: 'approved' }>,
): Promise<Merged> {
  enter(run, 'release');
  await takeTurn(run);
  if (!goesThroughMain(run.context)) return { kind: 'merged', commit: candidate.commit };

  const { context, state } = run;
  const { source, adoption } = prepared;
  const { main } = context.project.branches;
  const spec = { id: 'release.merge', title: `Merge into ${main}` };
  if (adoption?.merged) {
    await found(run, spec, `${main} has what is tagged`);
    state.reached = 'merged';
    return { kind: 'merged', commit: candidate.commit };
  }
  const number = verdict.pullRequest;
  const adopt = adoption ? { adopt: true } : {};
  const merged = await must(run, spec, async (using) => {
    const looked = await using.publish.ensureMergeable({ ...context, source, candidate, ...adopt });
    if (adoption && looked.adopted) return { ...looked, commit: candidate.commit, moved: null };
    if (looked.moved) return { ...looked, commit: null, moved: looked.moved };
    if (number !== null && !state.undo.some((one) => one.kind === 'merge')) state.undo.push({ kind: 'merge', number });
    const done = await using.publish.ensureMerged({ ...context, candidate, number, approval: approvalOf(run) });
    return { ...done, moved: null };
  });
  if (merged.moved) {
    rememberBranch(run, source, merged.moved.commit);
    await leave(run);
    return { kind: 'moved', candidate: merged.moved };
  }
  state.reached = 'merged';
  // What is tagged stays what is released, whatever the merge made of it.
  return { kind: 'merged', commit: adoption ? candidate.commit : merged.commit! };
}

/** One run of a project at a time goes from merge to GitHub release. */
export async function takeTurn(run: Run): Promise<void> {
  const id = 'release.lane';
  const { project, id: self, runId } = run.state;
  await must(run, { id, title: `The turn of ${self} in ${project}'s lane` }, async (using) => {
    run.inLane = true;
    const urgent = run.context.procedure.kind !== 'release';
    await using.publish.ensureInLane({ project, id: self, runId, urgent });
    const names = () => run.turn?.ahead ?? []; // who is ahead, once the lane has said so
    await waitUntil(run, id, { kind: 'turn', names }, () => run.turn?.holder === self && run.turn.ahead.length === 0);
    return { summary: 'its turn' };
  });
}

/** Answers the tag object: what the window looks for again. */
export async function tag(
  run: Run,
  prepared: Prepared,
  candidate: Candidate,
  commit: string,
): Promise<{ name: string; object: string }> {
  const { context, state } = run;
  const name = tagOf(context.version, context.project.version.tag);
  const { object } = await must(run, { id: 'release.tag', title: `Tag ${name}` }, (using) => {
    const own = !prepared.adoption; // another's tag is not taken back
    if (own && !state.undo.some((one) => one.kind === 'tag')) state.undo.push({ kind: 'tag', tag: name, commit });
    const adopt = own ? {} : { adopt: true };
    return using.publish.ensureTagged({ ...context, candidate, commit, approval: approvalOf(run), ...adopt });
  });
  return { name, object };
}

/** Every file of the manifest, then what installers are shown. From the first file on there is no undoing. */
export async function putOnIndex(run: Run, tested: Tested, commit: string): Promise<void> {
  const { context, state } = run;
  if (!rulesOf(context).index) return;
  const { manifest } = tested;
  const target = context.project.publish.index;
  const title = target.workflow ? `Publish to ${target.name} by ${target.workflow.file}` : `Upload to ${target.name}`;
  await must(run, { id: 'release.index', title, late: 'workflow-slow' }, async (using) => {
    state.reached = state.reached === 'published' ? 'published' : 'merged';
    const approval = approvalOf(run);
    const uploaded = target.workflow
      ? await publishedByJob(run, using, { tested, commit, approval })
      : await using.upload.ensureOnIndex({ ...context, target, manifest, production: true, approval });
    state.reached = 'published';
    state.links.index = uploaded.url;
    return uploaded;
  });
  const id = 'release.visible';
  await may(run, { id, title: `Visible and installable from ${target.name}`, late: 'not-visible' }, async (using) => {
    const { visible, visibleEvery } = run.waits;
    const shown = await lookSoon(run, id, `${target.name} to show the files`, () =>
      using.waitingAtMost(visibleEvery, visible).awaitVisible({ ...context, target, manifest }),
    );
    const installed = await using
      .build(INSTALL_LIMIT)
      .installFromIndex({ ...context, target, manifest, python: context.project.environment.python });
    return { ...installed, summary: `${shown.summary}; ${installed.summary}` };
  });
  state.links.commit = commit;
}

/** What the irreversible activities check again beside the credential. */
export function approvalOf(run: Run): Approval {
  const { state } = run;
  return {
    startedBy: state.startedBy,
    commit: state.commit!,
    manifest: state.manifest!.digest,
    signOffs: holding(state),
  };
}
