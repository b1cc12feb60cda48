import { withFailures } from '../failures.ts';
import type { PublishActivities } from '../index.ts';
import type { PublishDeps } from './deps.ts';
import { docsSiteActivities } from './docs-site.ts';
import { githubReleaseActivities } from './github-release.ts';
import { imageActivities } from './image.ts';
import { indexActivities } from './index-files.ts';
import { inspectActivities } from './inspect.ts';
import { mergeActivities } from './merge.ts';
import { mergeBackActivities } from './merge-back.ts';
import { monitoringActivities } from './monitoring.ts';
import { preflightActivities } from './preflight.ts';
import { pullRequestActivities } from './pull-request.ts';
import { remoteGateActivities } from './remote-gates.ts';
import { rollbacksActivities } from './rollbacks.ts';
import { serviceActivities } from './service.ts';
import { sourceActivities } from './source.ts';
import { tagActivities } from './tag.ts';
import { undoActivities } from './undo.ts';

/** Everything with a credential; no project code. */
export function createPublishActivities(deps: PublishDeps): PublishActivities {
  const rollback = rollbacksActivities(deps);
  return withFailures({
    ...serviceActivities(deps),
    ...inspectActivities(deps),
    ...preflightActivities(deps),
    ...sourceActivities(deps),
    ...remoteGateActivities(deps),
    ...pullRequestActivities(deps),
    ...mergeActivities(deps),
    ...tagActivities(deps),
    ...indexActivities(deps),
    ...githubReleaseActivities(deps),
    ...docsSiteActivities(deps),
    ...imageActivities(deps),
    ...mergeBackActivities(deps),
    ...undoActivities(deps),
    ...rollback,
    ...monitoringActivities(deps, rollback),
  });
}
