import type { FixFound, HotfixBranch } from '../../activities/index.ts';
import type { Undo } from '../../domain/run/state.ts';
import { archiveMeanwhile } from '../ending.ts';
import { enter, type Run } from '../run.ts';
import { look, must } from '../step.ts';
import { makeCandidate, type Prepared, preflight } from './prepare.ts';

export interface PreparedFix extends Prepared {
  readonly branch: HotfixBranch;
}

/** A branch at what users have, the fix on it, and the commit that makes it a version. */
export async function prepareFix(run: Run): Promise<PreparedFix> {
  enter(run, 'prepare');
  await preflight(run);
  const branch = await openBranch(run);
  const { source } = await takeFix(run, branch);
  return { ...(await makeCandidate(run, source, null)), branch };
}

async function openBranch(run: Run): Promise<HotfixBranch> {
  const { context } = run;
  const opened = await must(run, { id: 'prepare.branch', title: 'Open the hotfix branch' }, async (using) => {
    const { branch } = await using.publish.pinHotfix(context);
    // A branch that somebody made is theirs: it is left as it was found.
    remember(run, { ref: branch.ref, to: branch.found, from: branch.found === null ? [branch.start] : [] });
    const made = await using.publish.ensureHotfixBranch({ ...context, branch });
    return { ...made, branch };
  });
  return opened.branch;
}

/** A person pushes the fix, and the run sees it by itself or is told; or it is picked from commits that are there. */
async function takeFix(run: Run, branch: HotfixBranch): Promise<FixFound> {
  const { context, state } = run;
  const id = 'prepare.fix';
  const name = branch.ref.replace('refs/heads/', '');
  const picks = context.procedure.kind === 'hotfix' && context.procedure.commits.length > 0;
  const fix = await must(run, { id, title: `The fix on ${name}` }, async (using) => {
    if (picks) {
      const { picked } = await using.publish.pickCommits({ ...context, branch });
      if (picked !== null) remember(run, { ref: branch.ref, to: branch.found, from: [branch.start, picked] });
      return using.publish.ensureCherryPicked({ ...context, branch });
    }
    const found = await look(run, id, `the fix on ${name}`, () =>
      using.waiting(run.waits.reviewEvery).awaitFix({ ...context, branch, said: state.fix?.commits ?? [] }),
    );
    // What a person pushed is never taken back.
    remember(run, { ref: branch.ref, to: found.source.base, from: [] });
    return found;
  });
  archiveMeanwhile(run);
  return fix;
}

function remember(run: Run, branch: Omit<Extract<Undo, { kind: 'branch' }>, 'kind'>): void {
  run.state.undo = [...run.state.undo.filter(({ kind }) => kind !== 'branch'), { kind: 'branch', ...branch }];
}
