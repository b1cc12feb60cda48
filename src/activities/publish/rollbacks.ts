import { Problem } from '../../domain/problem.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import { shownAtStart } from '../../domain/run/start.ts';
import type { PublishActivities } from '../index.ts';
import type { PublishDeps } from './deps.ts';
import { ticketFor } from './proofs.ts';

function endingOf(state: Record<string, unknown> | undefined): string {
  return state?.outcome === undefined ? 'nothing: it was terminated' : `${state.outcome}: ${state.ending}`;
}

/** Rollbacks as other runs see them. */
export function rollbacksActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'rollbackOf' | 'ensureRollbackStarted' | 'awaitPublished'> {
  const { archive, executions } = deps;

  return {
    /** A rollback tells its release once it is in the archive: what is there counts before what still runs. */
    async rollbackOf({ project, version }) {
      const id = `rollback:${project}:${version}`;
      const [closed, record] = await Promise.all([executions.closed(id), archive.run(id)]);
      if (record?.outcome === 'rolled-back') return { status: 'rolled-back' };
      if (record?.outcome !== undefined) return { status: 'ended-otherwise' };
      if (!closed) return { status: 'open' };
      return { status: record === undefined ? 'none' : 'ended-otherwise' };
    },

    async awaitPublished({ id }) {
      const gone = await executions.closed(id);
      const state = gone ? await archive.run(id) : await executions.state(id);
      if (state?.outcome === 'released' || state?.phase === 'observe') return { summary: `${id} is published` };
      if (gone || state?.outcome !== undefined)
        throw new Problem('roll-forward-ended', `${id} ended as ${endingOf(state)}`);
      throw new Problem('not-yet', `${id} is in its phase ${state?.phase}`);
    },

    async ensureRollbackStarted(asked) {
      const request: RollbackRequest = { schema: 1, ...asked };
      const id = `rollback:${request.project}:${request.version}`;
      const record = await archive.run(id);
      if (record?.outcome === 'rolled-back') return { id, adopted: true, summary: `${id} has ended: rolled back` };
      const started = await executions.start({
        workflowType: 'rollback',
        workflowId: id,
        request: { ...request, ...(await ticketFor(deps, id)) },
        requestKey: request.requestId ?? id,
        ...shownAtStart('rollback', request),
      });
      return started === 'started'
        ? { id, adopted: false, summary: `started ${id}` }
        : { id, adopted: true, summary: `${id} is open` };
    },
  };
}
