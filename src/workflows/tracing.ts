import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { proxySinks, type Sinks, type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';
import {
  readTrace,
  STEP_HEADER,
  spanOfExecution,
  TRACE_HEADER,
  type TraceContext,
  type WorkflowSpan,
  writtenTrace,
} from '../domain/trace.ts';

/** To the worker, outside of the workflow: nothing of it is in the history. */
export interface TraceSinks extends Sinks {
  readonly trace: { ended(span: WorkflowSpan): void };
}

/**
 * Hands on what a run was started with: the trace that it belongs to, and the step that an activity is for. It neither waits nor adds a
 * command, and does no more where a run is not traced, so histories replay alike with tracing and without.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const { trace: sink } = proxySinks<TraceSinks>();
  let own: TraceContext | undefined;

  const passed = (headers: Headers, step?: string): Headers => ({
    ...headers,
    ...(own ? { [TRACE_HEADER]: defaultPayloadConverter.toPayload(writtenTrace(own)) } : {}),
    ...(step === undefined ? {} : { [STEP_HEADER]: defaultPayloadConverter.toPayload(step) }),
  });

  return {
    inbound: [
      {
        execute(input, next) {
          const parent = traceIn(input.headers);
          if (!parent) return next(input);
          const { runId, workflowType } = workflowInfo();
          const spanId = spanOfExecution(runId);
          own = { ...parent, spanId };
          const startedAt = Date.now();
          const ended = (failed?: string) => {
            const told = { name: `workflow ${workflowType}`, parent, spanId, startedAt, endedAt: Date.now() };
            sink.ended(failed === undefined ? told : { ...told, failed });
          };
          const result = next(input);
          result.then(
            () => ended(),
            (error: unknown) => ended(error instanceof Error ? error.name : 'Error'),
          );
          return result;
        },
        handleSignal(input, next) {
          const parent = traceIn(input.headers);
          const at = Date.now();
          if (parent) sink.ended({ name: `signal ${input.signalName}`, parent, startedAt: at, endedAt: at });
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          const { step } = input.options as { step?: string };
          return next({ ...input, headers: passed(input.headers, step) });
        },
        startChildWorkflowExecution: (input, next) => next({ ...input, headers: passed(input.headers) }),
        signalWorkflow: (input, next) => next({ ...input, headers: passed(input.headers) }),
        continueAsNew: (input, next) => next({ ...input, headers: passed(input.headers) }),
      },
    ],
  };
};

function traceIn(headers: Headers): TraceContext | undefined {
  const payload = headers[TRACE_HEADER];
  return payload && readTrace(defaultPayloadConverter.fromPayload(payload));
}
