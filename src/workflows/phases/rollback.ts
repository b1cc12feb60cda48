import { getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import type { RollbackFacts } from '../../domain/rollback.ts';
import { rollbackSummary } from '../../domain/rollback-words.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import { archiveMeanwhile, type Ending } from '../ending.ts';
import * as messages from '../messages.ts';
import { enter, type Run } from '../run.ts';
import { may, must, tell } from '../step.ts';
import { announce, announcedWhile } from './announce.ts';
import { signOffs, wantedNow } from './approve.ts';
import { close } from './close.ts';
import { observe } from './observe.ts';

export interface PreparedRollback {
  readonly facts: RollbackFacts;
  /** The urgent issue; null where the project has no GitHub, or where it was skipped. */
  readonly issue: number | null;
}

/** What is rolled back and what was good before it; then users are warned, before anybody has signed. */
export async function prepareRollback(run: Run): Promise<PreparedRollback> {
  enter(run, 'prepare');
  const { context, state } = run;
  const { tags } = state.request as RollbackRequest;
  const { facts } = await must(
    run,
    { id: 'prepare.preflight', title: 'Look what is published, and which release was the last good one' },
    (using) => using.publish.preflightRollback({ ...context, tags }),
  );
  const issue = await urgentIssue(run, facts);
  const { reason } = state.request as RollbackRequest;
  await announce(run, { event: 'rollback', occasion: 'notice', reason, instead: facts.good?.version ?? null });
  archiveMeanwhile(run);
  return { facts, issue };
}

async function urgentIssue(run: Run, facts: RollbackFacts): Promise<number | null> {
  const { context, state } = run;
  if (!context.project.publish.github) return null;
  const { bad, good } = facts;
  const opened = await may(run, { id: 'prepare.issue', title: `Urgent issue about ${bad.tag}` }, (using) => {
    if (!state.undo.some((one) => one.kind === 'issue')) state.undo.push({ kind: 'issue', tag: bad.tag });
    return using.publish.ensureUrgentIssue({ ...context, facts: { bad, good } });
  });
  if (opened) state.links['urgent issue'] = opened.url;
  return opened?.number ?? null;
}

/** Signed for the bad version's commit and for the files that are taken away. */
export async function approveRollback(run: Run, facts: RollbackFacts) {
  enter(run, 'approve');
  const { state } = run;
  state.commit = facts.bad.commit;
  state.manifest = facts.manifest;
  const rejected = await announcedWhile(run, wantedNow(run, 1), () => signOffs(run));
  if (rejected) return rejected;
  state.reached = 'published'; // from here on nothing is taken back: an abort says what stands
  archiveMeanwhile(run);
  enter(run, 'release');
  return undefined;
}

/** A release or hotfix of the version that still watches learns that something happened; whoever is gone hears nothing. */
export async function wakeReleases(run: Run, reason: string): Promise<void> {
  const { project, version, id } = run.state;
  const wake = async (kind: 'release' | 'hotfix') => {
    try {
      await getExternalWorkflowHandle(`${kind}:${project}:${version}`).signal(messages.wake, {
        reason: `${id}: ${reason}`,
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
    }
  };
  await Promise.all([wake('release'), wake('hotfix')]);
}

/** The window of a rollback: the bad version stays away from installers. Without a yank there is nothing to look at. */
export async function watchYanked(run: Run, { bad, manifest }: RollbackFacts): Promise<void> {
  const yank = run.state.steps.find(({ id }) => id === 'release.yank');
  if (yank?.status !== 'done') return;
  const tag = { name: bad.tag, object: bad.commit };
  await observe(run, { manifest, tag, imageManifest: null, recipe: null, yanked: true });
}

/** What was done and what not, told where users were warned. */
export async function closeRollback(run: Run, { facts, issue }: PreparedRollback): Promise<Ending> {
  enter(run, 'close');
  const { context, state } = run;
  await lookAtYank(run, facts);
  const summary = rollbackSummary(state, context.project.package);
  if (issue !== null)
    await may(run, { id: 'close.issue', title: `Close the urgent issue #${issue}` }, (using) =>
      using.publish.ensureUrgentIssueClosed({ ...context, number: issue, ending: summary }),
    );
  const { reason } = state.request as RollbackRequest;
  await close(run, { event: 'rollback', occasion: 'ended', reason, instead: insteadOf(run, facts) });
  return { outcome: 'rolled-back', summary };
}

/** What installers get now: the roll-forward where there is one, else the last good release. */
function insteadOf({ state }: Run, { good, rollForward }: RollbackFacts): string | null {
  const forward = state.steps.find(({ id }) => id === 'release.roll-forward');
  if (forward?.status === 'done' && 'version' in rollForward) return rollForward.version;
  return good?.version ?? null;
}

/** A yank can be taken back by whoever gave it, and the other parts may have taken days. */
async function lookAtYank(run: Run, { manifest }: RollbackFacts): Promise<void> {
  const yank = run.state.steps.find(({ id }) => id === 'release.yank');
  if (yank?.status !== 'done') return;
  const looked = await may(run, { id: 'close.yank', title: 'Look whether it is still yanked' }, (using) =>
    using.publish.lookAtYank({ ...run.context, files: manifest.files }),
  );
  if (!looked || looked.back.length === 0) return;
  tell(run, yank.id, { summary: `${yank.summary}; ${looked.summary}`, evidence: yank.evidence });
}
