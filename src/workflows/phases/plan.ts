import { effectsOf } from '../../domain/run/plan.ts';
import type { Ending } from '../ending.ts';
import type { Run } from '../run.ts';
import type { Prepared } from './prepare.ts';

/** The end of a dry run: nothing was pushed; the plan says what a release would do, in order. */
export function planned(run: Run, prepared: Prepared): Ending {
  run.state.plan = effectsOf(run.state, {
    project: run.context.project,
    branch: prepared.source.releaseBranch,
    diff: prepared.diff,
    changelog: prepared.excerpt,
    adoption: prepared.adoption,
  });
  return { outcome: 'planned', summary: 'a dry run: nothing was pushed or published' };
}
