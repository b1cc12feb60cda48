import type { StepReport } from '../../domain/run/steps.ts';
import type { ReleaseContext } from '../index.ts';

export interface TellingActivities {
  /**
   * The commit's status and the one comment on the pull request say how the run stands now: asked of the run itself, so a late telling
   * tells nothing old. `run` is the first of the executions that belong together: a reset one goes on with its comment.
   */
  ensureTold(input: ReleaseContext & { runId: string; run: string }): Promise<StepReport>;
}
