import { proxyActivities } from '@temporalio/workflow';
import type { PublishActivities } from '../activities/index.ts';
import type { Inspection, InspectRequest } from '../domain/run/request.ts';

/** The next version of a project and why: read-only, for the API, which has no git. */
export async function inspect(request: InspectRequest): Promise<Inspection> {
  const { inspectProject } = proxyActivities<PublishActivities>({
    taskQueue: 'slipway-publish',
    summary: `Look at ${request.project}`,
    scheduleToCloseTimeout: '1m',
    startToCloseTimeout: '1m',
    heartbeatTimeout: '10s',
  });
  return inspectProject(request);
}
