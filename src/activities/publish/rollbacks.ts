import { Problem } from '../../domain/problem.ts';
import type { RollbackActivities } from '../contract/rollback.ts';
import type { PublishDeps } from './deps.ts';

/** What a window needs of rollbacks; the procedure itself is not there yet. */
export function rollbacksActivities({ archive, executions }: PublishDeps): RollbackActivities {
  return {
    async rollbackOf({ project, version }) {
      const id = `rollback:${project}:${version}`;
      if (!(await executions.closed(id))) return { status: 'open' };
      const kept = await archive.run(id);
      if (!kept) return { status: 'none' };
      return { status: kept.outcome === 'rolled-back' ? 'rolled-back' : 'ended-otherwise' };
    },

    async ensureRollbackStarted({ version }) {
      throw new Problem('not-available-yet', `the rollback of ${version} is not there yet`);
    },
  };
}
