import type { ReleaseRequest, RunRequest } from './request.ts';
import type { RunKind } from './state.ts';

/** What Temporal's lists and pages show of a run from its first moment, whoever starts it. */
export function shownAtStart(kind: RunKind, request: RunRequest) {
  const { project, version, startedBy } = request;
  return {
    summary: `${wordsFor(kind, request)} ${project} ${version}`,
    details: `Started by ${startedBy}`,
    attributes: {
      SlipwayKind: kind,
      SlipwayProject: project,
      SlipwayVersion: version,
      SlipwayPhase: 'prepare',
      SlipwayStatus: 'running',
    },
  };
}

function wordsFor(kind: RunKind, request: RunRequest): string {
  if (kind === 'hotfix') return 'Hotfix of';
  if (kind === 'rollback') return 'Rollback of';
  const { dryRun, rollForward, testOnly } = request as ReleaseRequest;
  if (rollForward) return 'Roll-forward of';
  return dryRun ? 'Plan for' : testOnly ? 'Rehearsal of' : 'Release of';
}
