import {
  type Client,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  ApplicationFailure,
  defineSearchAttributeKey,
  rootCause,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { PROBLEMS, Problem, type ProblemCode } from '../domain/problem.ts';
import type { RunRequest } from '../domain/run/request.ts';
import { shownAtStart } from '../domain/run/start.ts';
import type { inspect } from '../workflows/index.ts';
import { heard, monitored, state as stateQuery, wake } from '../workflows/messages.ts';
import { RequestProblem } from './problems.ts';
import { summaryOf } from './run-summary.ts';
import type { Execution, RunStart, Runs } from './runs-port.ts';
import { type Signer, signerWith } from './signing.ts';
import { GRPC, hasCode, timed } from './temporal-calls.ts';
import { visibilityQuery } from './visibility-query.ts';

const TASK_QUEUE = 'slipway';
const INSPECT_WITHIN_MS = 30_000;
interface Options {
  readonly inspectWithinMs?: number;
  /** Signs every start and every signal but `wake`, which only makes a run look. */
  readonly signer?: Signer;
}

export function temporalRuns(client: Client, options: Options = {}): Runs {
  const { inspectWithinMs = INSPECT_WITHIN_MS, signer = signerWith(async () => undefined) } = options;
  const { workflow, connection } = client;
  const { namespace } = client.options;

  const { within, onTime } = timed(connection);
  const handle = ({ id, runId }: Execution) => workflow.getHandle(id, runId);

  return {
    async start(start) {
      try {
        const { id, kind: type } = start;
        const request = await signer.start({ namespace, id, type, request: start.request });
        const started = await within(() =>
          workflow.start<(request: RunRequest) => Promise<unknown>>(type, startOptions({ ...start, request })),
        );
        return { kind: 'started', runId: started.firstExecutionRunId };
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        const { runId, memo } = await within(() => handle(start).describe());
        const requestKey = memo?.requestKey;
        return { kind: 'open', runId, ...(typeof requestKey === 'string' ? { requestKey } : {}) };
      }
    },

    async signal(execution, name, payload) {
      try {
        if (!(await signer.signs())) {
          await within(() => handle(execution).signal<[object]>(name, payload));
          return true;
        }
        const { id } = execution;
        const { runId, raw } = await within(() => handle(execution).describe());
        const firstRunId = raw.workflowExecutionInfo?.firstRunId ?? runId;
        const signed = await signer.signal({ namespace, id, firstRunId, name, payload });
        await within(() => handle({ id, runId }).signal<[object]>(name, signed)); // to the very run that it is signed for
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },

    async wake(execution, reason) {
      await within(() => handle(execution).signal(wake, { reason })).catch(unlessEnded);
    },

    async heard(execution, what) {
      await within(() => handle(execution).signal(heard, what)).catch(unlessEnded);
    },

    async state(execution, withinMs) {
      try {
        return await onTime(() => handle(execution).query(stateQuery), withinMs);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || hasCode(error, GRPC.NOT_FOUND)) return 'unknown';
        if (isSilence(error)) return 'silent';
        throw error;
      }
    },

    async monitor(workflowId, withinMs) {
      try {
        return await onTime(() => workflow.getHandle(workflowId).query(monitored), withinMs);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || hasCode(error, GRPC.NOT_FOUND) || isSilence(error))
          return undefined;
        throw error;
      }
    },

    async describe(execution) {
      try {
        const found = await within(() => handle(execution).describe(), 2_000);
        const task = found.raw.pendingWorkflowTask;
        return summaryOf(found.raw.workflowExecutionInfo ?? {}, { failingTask: Number(task?.attempt ?? 0) > 3 });
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },

    async list(filter) {
      const page = filter.after === undefined ? {} : { nextPageToken: Buffer.from(filter.after, 'base64url') };
      const request = { namespace, query: visibilityQuery(filter), pageSize: filter.size, ...page };
      const found = await within(() => connection.workflowService.listWorkflowExecutions(request));
      const runs = found.executions.flatMap((info) => summaryOf(info) ?? []);
      const next = Buffer.from(found.nextPageToken ?? []).toString('base64url');
      return next === '' ? { runs } : { runs, next };
    },

    async known(runIds) {
      if (runIds.length === 0) return new Set();
      const query = `RunId IN (${runIds.map((id) => `'${id.replaceAll(/[^\w-]/g, '')}'`).join(', ')})`;
      const request = { namespace, query, pageSize: runIds.length };
      const found = await within(() => connection.workflowService.listWorkflowExecutions(request));
      return new Set(found.executions.map((info) => info.execution?.runId ?? ''));
    },

    async inspect(id, request) {
      try {
        const started = await within(() =>
          workflow.start<typeof inspect>('inspect', {
            taskQueue: TASK_QUEUE,
            workflowId: id,
            args: [request],
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowRunTimeout: '2m',
            staticSummary: `Next version of ${request.project}`,
          }),
        );
        return await connection.withDeadline(Date.now() + inspectWithinMs, () => started.result());
      } catch (error) {
        throw problemOfInspection(error, inspectWithinMs);
      }
    },

    async ready() {
      await within(() => connection.workflowService.describeNamespace({ namespace }), 2_000);
    },
  };
}

function startOptions({ id, kind, request, requestKey }: RunStart) {
  const { summary, details, attributes } = shownAtStart(kind, request);
  return {
    taskQueue: TASK_QUEUE,
    workflowId: id,
    args: [request] as [typeof request],
    workflowIdConflictPolicy: 'FAIL' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    memo: { requestKey },
    staticSummary: summary,
    staticDetails: details,
    typedSearchAttributes: Object.entries(attributes).map(([name, value]) => ({
      key: defineSearchAttributeKey(name, 'KEYWORD'),
      value,
    })),
  };
}

/** Then there is nobody to wake, or to tell. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

/** No worker polls, it is busy, dead or stuck in a bug, or Temporal itself is away: the archive answers then. */
function isSilence(error: unknown): boolean {
  const { UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, FAILED_PRECONDITION, RESOURCE_EXHAUSTED } = GRPC;
  const codes = [UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, FAILED_PRECONDITION, RESOURCE_EXHAUSTED];
  if (error instanceof RequestProblem) return error.code === 'temporal-unreachable';
  return error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError || hasCode(error, ...codes);
}

function problemOfInspection(error: unknown, withinMs: number): unknown {
  if (hasCode(error, GRPC.UNAVAILABLE, GRPC.DEADLINE_EXCEEDED, GRPC.CANCELLED)) {
    return new RequestProblem('worker-silent', `no worker looked at the project within ${withinMs / 1000} s`);
  }
  if (!(error instanceof WorkflowFailedError)) return error;
  for (let cause: Error | undefined = error; cause; cause = cause.cause instanceof Error ? cause.cause : undefined) {
    if (cause instanceof ApplicationFailure && cause.type && cause.type in PROBLEMS) {
      const [details] = (cause.details ?? []) as { faults?: string[] }[];
      return new Problem(cause.type as ProblemCode, cause.message, {
        ...(details?.faults ? { faults: details.faults } : {}),
      });
    }
  }
  return new RequestProblem(
    'worker-silent',
    `the project could not be looked at: ${rootCause(error)?.slice(0, 300) ?? ''}`,
  );
}
