import { withFailures } from '../failures.ts';
import type { PublishActivities } from '../index.ts';
import { adoptActivities } from './adopt.ts';
import { adoptFilesActivities } from './adopt-files.ts';
import { announceActivities } from './announce.ts';
import { buildJobActivities } from './build-job.ts';
import { cadenceActivities } from './cadence.ts';
import { demoteActivities } from './demote.ts';
import type { PublishDeps } from './deps.ts';
import { docsSiteActivities } from './docs-site.ts';
import { githubReleaseActivities } from './github-release.ts';
import { hotfixActivities } from './hotfix.ts';
import { imageActivities } from './image.ts';
import { indexActivities } from './index-files.ts';
import { inspectActivities } from './inspect.ts';
import { mergeActivities } from './merge.ts';
import { mergeBackActivities } from './merge-back.ts';
import { milestoneActivities } from './milestones.ts';
import { monitoringActivities } from './monitoring.ts';
import { preflightActivities } from './preflight.ts';
import { publishJobActivities } from './publish-job.ts';
import { pullRequestActivities } from './pull-request.ts';
import { recordActivities } from './record.ts';
import { remoteGateActivities } from './remote-gates.ts';
import { retagActivities } from './retag.ts';
import { revertActivities } from './revert.ts';
import { rollbackPreflightActivities } from './rollback-preflight.ts';
import { rollbacksActivities } from './rollbacks.ts';
import { serviceActivities } from './service.ts';
import { sourceActivities } from './source.ts';
import { tagActivities } from './tag.ts';
import { tellingActivities } from './telling.ts';
import { undoActivities } from './undo.ts';
import { urgentIssueActivities } from './urgent-issue.ts';
import { yankActivities } from './yank.ts';

/** Everything with a credential; no project code. */
export function createPublishActivities(deps: PublishDeps): PublishActivities {
  const rollbacks = rollbacksActivities(deps);
  return withFailures({
    ...serviceActivities(deps),
    ...inspectActivities(deps),
    ...cadenceActivities(deps),
    ...preflightActivities(deps),
    ...sourceActivities(deps),
    ...adoptActivities(deps),
    ...adoptFilesActivities(deps),
    ...remoteGateActivities(deps),
    ...pullRequestActivities(deps),
    ...mergeActivities(deps),
    ...tagActivities(deps),
    ...indexActivities(deps),
    ...publishJobActivities(deps),
    ...buildJobActivities(deps),
    ...githubReleaseActivities(deps),
    ...docsSiteActivities(deps),
    ...imageActivities(deps),
    ...mergeBackActivities(deps),
    ...hotfixActivities(deps),
    ...announceActivities(deps),
    ...milestoneActivities(deps),
    ...recordActivities(deps),
    ...undoActivities(deps),
    ...rollbackPreflightActivities(deps),
    ...urgentIssueActivities(deps),
    ...yankActivities(deps),
    ...demoteActivities(deps),
    ...retagActivities(deps),
    ...revertActivities(deps),
    ...tellingActivities(deps),
    ...rollbacks,
    ...monitoringActivities(deps, rollbacks),
  });
}
