import type { RunFilter } from './runs-port.ts';

/** Temporal's list filter. Values are checked before they get here; the quotes are doubled all the same. */
export function visibilityQuery({ project, kind, status, waitingFor, openOnly }: RunFilter): string {
  const conditions = [
    `WorkflowType IN ('release', 'hotfix', 'rollback')`,
    project === undefined ? '' : `SlipwayProject = ${quoted(project)}`,
    kind === undefined ? '' : `WorkflowType = ${quoted(kind)}`,
    statusCondition(status),
    waitingFor === undefined ? '' : `SlipwayWaitingFor = ${quoted(waitingFor)}`,
    openOnly === true || waitingFor !== undefined ? `ExecutionStatus = 'Running'` : '',
  ];
  return conditions.filter((one) => one !== '').join(' AND ');
}

/** A run that was terminated told nobody that it ended: Temporal's own status knows. */
function statusCondition(status: string | undefined): string {
  if (status === undefined) return '';
  if (status === 'ended') return `ExecutionStatus != 'Running'`;
  if (status === 'stuck') return `ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL`;
  return `ExecutionStatus = 'Running' AND SlipwayStatus = ${quoted(status)}`;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
