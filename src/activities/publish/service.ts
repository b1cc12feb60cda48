import { actsOf } from '../../domain/audit.ts';
import { Problem } from '../../domain/problem.ts';
import type { Received } from '../../domain/run/messages.ts';
import { type PublicKeys, signedSignal } from '../../domain/run/proof.ts';
import type { RunState } from '../../domain/run/state.ts';
import type { PublishActivities } from '../index.ts';
import type { PublishDeps } from './deps.ts';
import { faultOfCaller, faultOfProof } from './proofs.ts';

/** What the service itself knows and keeps: projects and people, the archive, the lanes. */
export function serviceActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'freeze' | 'verifyProofs' | 'archiveRun' | 'ensureInLane' | 'leaveLane' | 'awaitClosed'> {
  const { archive, directory, executions } = deps;

  return {
    async freeze({ project }) {
      const signatures = await directory.signatures();
      const refused = await faultOfCaller(deps, signatures);
      if (refused !== undefined) return { refused };
      const [known, people] = await Promise.all([directory.project(project), directory.people(project)]);
      return { project: known, people, ...signatures };
    },

    async verifyProofs({ signals, keys: frozen, ...execution }) {
      const keys = await currentKeys(frozen);
      const { namespace } = executions;
      const faultOf = ({ name, payload, proof }: Received) =>
        proof &&
        faultOfProof(proof, signedSignal({ namespace, ...execution, name, payload: payload as object }, proof), keys);
      return { faults: signals.map((signal) => faultOf(signal) ?? null) };
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

  /** A key may have come since the run started, or been taken away; while the file is broken, those that the run began with count. */
  async function currentKeys(frozen: PublicKeys): Promise<PublicKeys> {
    try {
      return (await directory.signatures()).keys;
    } catch (error) {
      if (error instanceof Problem && error.code === 'configuration-invalid') return frozen;
      throw error;
    }
  }
}
