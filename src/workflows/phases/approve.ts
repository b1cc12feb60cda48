import { openItems } from '../../domain/run/checklist.ts';
import { signedBy } from '../../domain/run/details.ts';
import { missingRoles, type SignOffVerdict, verdictOn, wantedBy } from '../../domain/run/sign-offs.ts';
import type { Candidate } from '../../domain/run/state.ts';
import { goesThroughMain, rulesOf } from '../../domain/stage-rules.ts';
import { enter, type Run, waitUntil } from '../run.ts';
import { look, must } from '../step.ts';
import { announcedWhile, type Waited } from './announce.ts';
import type { Prepared } from './prepare.ts';

export type Verdict =
  | { readonly kind: 'approved'; readonly pullRequest: number | null }
  | Extract<SignOffVerdict, { kind: 'rejected' }>;

/** People decide: the checklist, a sign-off of every role that policy asks for, reviews of the pull request, where they may sign as well. */
export async function approve(run: Run, prepared: Prepared, candidate: Candidate): Promise<Verdict> {
  enter(run, 'approve');
  const throughMain = goesThroughMain(run.context) && !prepared.adoption?.merged;
  const pullRequest = throughMain ? await openPullRequest(run, prepared, candidate) : null;
  for (let pass = 1; ; pass += 1) {
    const rejected = await announcedWhile(
      run,
      wantedNow(run, pass),
      async () => (await checklist(run)) ?? (await signOffs(run)),
    );
    if (rejected) return rejected;
    if (pullRequest !== null) await reviews(run, candidate, pullRequest);
    // Meanwhile a check may have failed, or a step been skipped: both void what was signed.
    if (openItems(run.state).length === 0 && verdictOn(run.state)?.kind === 'approved')
      return { kind: 'approved', pullRequest };
  }
}

/** Whom the run is about to wait for, told once a pass; nobody, where all have answered early. */
export function wantedNow(run: Run, pass: number): Waited | undefined {
  const { state } = run;
  const still = () => {
    if (verdictOn(state)?.kind === 'rejected') return [];
    const ticked = run.context.procedure.kind !== 'rollback' && rulesOf(run.context).checklist;
    return [...missingRoles(state), ...(ticked ? openItems(state).map((one) => one.item) : [])];
  };
  const wanted = still();
  if (wanted.length === 0) return undefined;
  return { event: 'sign-off-wanted', occasion: `${state.manifest?.digest} ${pass}`, wanted, still };
}

/** Manual tests and reviews that no gate can do, each ticked off by a person. */
async function checklist(run: Run): Promise<Extract<Verdict, { kind: 'rejected' }> | undefined> {
  const { state } = run;
  if (!rulesOf(run.context).checklist || state.checklist.length === 0) return undefined;
  const id = 'approve.checklist';
  await must(run, { id, title: 'Checklist before the release' }, async () => {
    const names = () => openItems(state).map((one) => one.item);
    await waitUntil(
      run,
      id,
      { kind: 'check', names },
      () => openItems(state).length === 0 || rejection(run) !== undefined,
    );
    return { summary: `${state.checklist.length - openItems(state).length} of ${state.checklist.length} ticked off` };
  });
  return rejection(run);
}

/** Waits for every role that policy asks for. A new commit or manifest voids what was signed before. */
export async function signOffs(run: Run): Promise<Extract<Verdict, { kind: 'rejected' }> | undefined> {
  const { state } = run;
  if (wantedBy(state).length === 0) return undefined;
  const id = 'approve.sign-offs';
  await must(run, { id, title: 'Sign-offs' }, async () => {
    await waitUntil(
      run,
      id,
      { kind: 'sign-off', names: () => missingRoles(state) },
      () => verdictOn(state) !== undefined,
    );
    return { summary: signedBy(state).join('; ') };
  });
  return rejection(run);
}

function rejection(run: Run): Extract<Verdict, { kind: 'rejected' }> | undefined {
  const verdict = verdictOn(run.state);
  return verdict?.kind === 'rejected' ? verdict : undefined;
}

/** Open before people are asked: they may answer there. */
async function openPullRequest(run: Run, prepared: Prepared, candidate: Candidate): Promise<number | null> {
  const { context, state } = run;
  if (!context.project.publish.github) return null;
  const title = `Release v${context.version}`;
  const spec = { id: 'approve.pull-request', title: `Pull request "${title}"` };
  const opened = await must(run, spec, (using) => {
    const { source, notes } = prepared;
    const { releaseBranch: head } = source;
    if (!state.undo.some((one) => one.kind === 'pull-request'))
      state.undo.push({ kind: 'pull-request', head, base: context.project.branches.main });
    return using.publish.ensurePullRequest({ ...context, candidate, source, title, notes });
  });
  state.links['pull request'] = opened.url;
  state.pullRequest = opened.number;
  return opened.number;
}

async function reviews(run: Run, candidate: Candidate, number: number): Promise<void> {
  const id = 'approve.reviews';
  await must(run, { id, title: `Reviews of pull request #${number}` }, (using) =>
    look(run, id, `reviews of pull request #${number}`, () =>
      using.waiting(run.waits.reviewEvery).awaitReviews({ ...run.context, candidate, number }),
    ),
  );
}
