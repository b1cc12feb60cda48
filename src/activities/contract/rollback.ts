import type { RollbackRequest } from '../../domain/run/request.ts';
import type { StepReport } from '../../domain/run/steps.ts';

export interface RollbackActivities {
  /** What became of the rollback of a version, for a run that may be concerned. */
  rollbackOf(input: {
    project: string;
    version: string;
  }): Promise<{ status: 'none' | 'open' | 'rolled-back' | 'ended-otherwise' }>;
  /** The rollback of a version runs: started, or open already. */
  ensureRollbackStarted(input: Omit<RollbackRequest, 'schema'>): Promise<StepReport & { id: string; adopted: boolean }>;
}
