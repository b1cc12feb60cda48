import { actsOf } from '../../domain/audit.ts';
import { Problem } from '../../domain/problem.ts';
import type { RunState } from '../../domain/run/state.ts';
import type { PublishActivities } from '../index.ts';
import { keepProject } from '../kept-project.ts';
import type { PublishDeps } from './deps.ts';
import { faultOfCaller } from './proofs.ts';

/** What the service itself knows and keeps: projects and people, the archive, the lanes. */
export function serviceActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'freeze' | 'readKeys' | 'archiveRun' | 'ensureInLane' | 'leaveLane' | 'awaitClosed'> {
  const { archive, directory, executions, store } = deps;

  return {
    async freeze({ project }) {
      const signatures = await directory.signatures();
      const refused = await faultOfCaller(deps, signatures);
      if (refused !== undefined) return { refused };
      const [known, people] = await Promise.all([directory.project(project), directory.people(project)]);
      return { project: known, people, kept: await keepProject(store, known), ...signatures };
    },

    async readKeys() {
      return { keys: (await directory.signatures()).keys };
    },

    async archiveRun({ id, runId }) {
      const state = await executions.state(id, runId);
      await archive.putRun(state);
      await archive.putActs(state, actsOf(state as unknown as RunState));
    },

    ensureInLane({ project, ...ticket }) {
      return executions.signalLane(project, 'enter', ticket);
    },

    leaveLane({ project, ...ticket }) {
      return executions.signalLane(project, 'leave', ticket);
    },

    async awaitClosed({ workflowId, runId }) {
      if (!(await executions.closed(workflowId, runId))) throw new Problem('not-yet', `${workflowId} is still open`);
    },
  };
}
