import type { RawWorkflowExecutionInfo } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { readRunId } from './run-id.ts';
import type { RunSummary } from './runs-port.ts';

const RUNNING = 1;

/** A run as its execution shows it without being asked; undefined for an execution that is no run. */
export function summaryOf(
  info: RawWorkflowExecutionInfo,
  { failingTask = false }: { failingTask?: boolean } = {},
): RunSummary | undefined {
  const id = readRunId(info.execution?.workflowId ?? '');
  if (!id) return undefined;
  const attribute = (name: string): unknown => {
    const payload = info.searchAttributes?.indexedFields?.[name];
    return payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
  };
  const running = Number(info.status) === RUNNING;
  const waitingFor = attribute('SlipwayWaitingFor');
  const outcome = attribute('SlipwayOutcome');
  const failing = failingTask || attribute('TemporalReportedProblems') !== undefined;
  const status = failing ? 'stuck' : String(attribute('SlipwayStatus') ?? 'running');
  return {
    id: id.id,
    runId: info.execution?.runId ?? '',
    kind: id.kind === 'plan' ? 'release' : id.kind,
    project: id.project,
    version: id.version,
    phase: (attribute('SlipwayPhase') as string | undefined) ?? null,
    status: running ? status : 'ended',
    ...(typeof outcome === 'string' ? { outcome } : {}),
    waitingFor: running && Array.isArray(waitingFor) ? waitingFor.map(String) : [],
    startedAt: timeOf(info.startTime) ?? '',
    ...(info.closeTime ? { endedAt: timeOf(info.closeTime) ?? '' } : {}),
  };
}

function timeOf(time: RawWorkflowExecutionInfo['startTime']): string | undefined {
  if (!time) return undefined;
  return new Date(Number(time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1e6)).toISOString();
}
