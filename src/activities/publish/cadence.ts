import { Problem } from '../../domain/problem.ts';
import type { ReleaseRequest } from '../../domain/run/request.ts';
import { spendsVersion } from '../../domain/run/spent.ts';
import { shownAtStart } from '../../domain/run/start.ts';
import { actorOf, scheduleId } from '../../domain/standing-order.ts';
import type { PublishActivities } from '../index.ts';
import type { PublishDeps } from './deps.ts';
import { ticketFor } from './proofs.ts';

/** What a schedule starts: judged as what a person starts. */
export function cadenceActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureScheduledRelease'> {
  const { archive, caller, directory, executions } = deps;

  return {
    async ensureScheduledRelease({ order, version }) {
      const { id: requestId } = caller();
      if (!requestId.startsWith(`${scheduleId(order)}-`))
        throw new Problem('proof-refused', `${requestId} asked for what ${scheduleId(order)} alone may ask for`);
      const { project } = await directory.project(order.project);
      const id = `release:${project}:${version}`;
      const records = (await archive.runs({ idPrefix: id })).filter((run) => run.id === id);
      const own = records.find((run) => (run.request as { requestId?: string } | undefined)?.requestId === requestId);
      if (own) return { kind: 'started', run: id, summary: `started ${id}` };
      const spent = records.map(({ outcome }) => String(outcome)).find(spendsVersion);
      if (spent !== undefined)
        return { kind: 'nothing', run: id, summary: `${version} is spent: ${id} ended as ${spent}` };
      const request: ReleaseRequest = { schema: 1, project, version, startedBy: actorOf(order), requestId };
      const started = await executions.start({
        workflowType: 'release',
        workflowId: id,
        request: { ...request, ...(await ticketFor(deps, id)) },
        requestKey: requestId,
        ...shownAtStart('release', request),
      });
      if (started === 'started') return { kind: 'started', run: id, summary: `started ${id}` };
      return { kind: 'nothing', run: id, summary: `${id} is under way: nothing further was started` };
    },
  };
}
