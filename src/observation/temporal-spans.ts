import { type Context, context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { TRACE_HEADER } from '../domain/trace.ts';
import { stepIn } from './headers.ts';
import { runAttributes, withAttributes } from './span-attributes.ts';
import { outcomeOf } from './worker-measures.ts';

const tracer = () => trace.getTracer('slipway');

/** Of an attempt of an activity, below the run that it is for. What is `not-yet` and looked at again is dropped: days of it say nothing. */
export const activitySpans: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute(input, next) {
      const { activityType, attempt, workflowExecution } = info;
      const step = stepIn(input.headers);
      const attributes = {
        ...(workflowExecution ? runAttributes(workflowExecution.workflowId, workflowExecution.runId) : {}),
        ...(step === undefined ? {} : { 'slipway.step': step }),
      };
      const parent = withAttributes(contextIn(input.headers), attributes);
      const options = { attributes: { 'slipway.activity': activityType, 'slipway.attempt': attempt } };
      return tracer().startActiveSpan(`activity ${activityType}`, options, parent, async (span) => {
        try {
          const result = await next(input);
          span.setAttribute('slipway.outcome', 'done');
          return result;
        } catch (error) {
          const outcome = outcomeOf(error);
          span.setAttribute('slipway.outcome', outcome);
          const code = (error as { type?: unknown }).type;
          if (outcome !== 'not-yet' && outcome !== 'cancelled')
            span.setStatus({ code: SpanStatusCode.ERROR, ...(typeof code === 'string' ? { message: code } : {}) });
          throw error;
        } finally {
          span.end();
        }
      });
    },
  },
});

/** Of starts and signals, whose headers carry the trace to the run. */
export const clientSpans: WorkflowClientInterceptor = {
  start: (input, next) =>
    sent(`start ${input.workflowType}`, input.options.workflowId, input.headers, (headers) =>
      next({ ...input, headers }),
    ),
  startWithDetails: (input, next) =>
    sent(`start ${input.workflowType}`, input.options.workflowId, input.headers, (headers) =>
      next({ ...input, headers }),
    ),
  signal: (input, next) =>
    sent(`signal ${input.signalName}`, input.workflowExecution.workflowId, input.headers, (headers) =>
      next({ ...input, headers }),
    ),
  signalWithStart: (input, next) =>
    sent(`signal ${input.signalName}`, input.options.workflowId, input.headers, (headers) =>
      next({ ...input, headers }),
    ),
};

/** A lane outlives every trace: whoever happens to start it lends it none. */
function sent<R>(name: string, id: string, headers: Headers, send: (headers: Headers) => Promise<R>): Promise<R> {
  if (id.startsWith('lane:')) return send(headers);
  const options = { kind: SpanKind.PRODUCER, attributes: { 'slipway.run': id } };
  return tracer().startActiveSpan(name, options, async (span) => {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    try {
      return await send({ ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(carrier) });
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function contextIn(headers: Headers): Context {
  const payload = headers[TRACE_HEADER];
  return payload ? propagation.extract(ROOT_CONTEXT, defaultPayloadConverter.fromPayload(payload)) : ROOT_CONTEXT;
}
