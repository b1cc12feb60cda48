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
  start: (input, next) => sent({ what: `start ${input.workflowType}`, id: input.options.workflowId }, input, next),
  startWithDetails: (input, next) =>
    sent({ what: `start ${input.workflowType}`, id: input.options.workflowId }, input, next),
  signal: (input, next) =>
    sent({ what: `signal ${input.signalName}`, id: input.workflowExecution.workflowId }, input, next),
  signalWithStart: (input, next) =>
    sent({ what: `signal ${input.signalName}`, id: input.options.workflowId }, input, next),
};

/** A lane outlives every trace: whoever happens to start it lends it none. */
function sent<I extends { readonly headers: Headers }, R>(
  { what, id }: { what: string; id: string },
  input: I,
  send: (input: I) => Promise<R>,
): Promise<R> {
  if (id.startsWith('lane:')) return send(input);
  const options = { kind: SpanKind.PRODUCER, attributes: { 'slipway.run': id } };
  return tracer().startActiveSpan(what, options, async (span) => {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    const headers = { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(carrier) };
    try {
      return await send({ ...input, headers });
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
