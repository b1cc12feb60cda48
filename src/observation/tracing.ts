import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { MiddlewareHandler } from 'hono';
import type { WorkflowSpan } from '../domain/trace.ts';
import { runAttributes } from './span-attributes.ts';

/** A type, since sinks need an index signature, which an interface has not. */
export type TraceSinks = { trace: { ended(span: WorkflowSpan): void } };

/** Where spans are made, by OpenTelemetry's own variables; without them nothing of OpenTelemetry but its empty interface is loaded. */
export interface Tracing {
  readonly activities: readonly ActivityInterceptorsFactory[];
  readonly clients: readonly WorkflowClientInterceptor[];
  readonly http: readonly MiddlewareHandler[];
  /** Always there: what a run that began with tracing tells must have a hearer. */
  readonly sinks: InjectedSinks<TraceSinks>;
  /** Sends what is still held. */
  end(): Promise<void>;
}

type Variables = Readonly<Record<string, string | undefined>>;

export async function startTracing(service: string, env: Variables = process.env): Promise<Tracing> {
  if (!isWanted(env)) return { activities: [], clients: [], http: [], sinks: sinksFor(() => {}), end: async () => {} };
  const [{ startProvider }, { activitySpans, clientSpans }, { httpSpans }] = await Promise.all([
    import('./tracing-provider.ts'),
    import('./temporal-spans.ts'),
    import('./http-spans.ts'),
  ]);
  const { withSpanId, end } = startProvider(service, env);
  return {
    activities: [activitySpans],
    clients: [clientSpans],
    http: [httpSpans],
    sinks: sinksFor((execution, told) => withSpanId(told.spanId, () => tellSpan(execution, told))),
    end,
  };
}

/** As the OpenTelemetry specification says: an endpoint or an exporter is named, and the SDK is not turned off. */
function isWanted(env: Variables): boolean {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = env;
  if (disabled?.toLowerCase() === 'true' || exporter === 'none') return false;
  return Boolean(exporter || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT);
}

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

function sinksFor(tell: (execution: Execution, span: WorkflowSpan) => void): InjectedSinks<TraceSinks> {
  return { trace: { ended: { fn: (info, span) => tell(info, span), callDuringReplay: false } } };
}

function tellSpan({ workflowId, runId }: Execution, { name, parent, startedAt, endedAt, failed }: WorkflowSpan): void {
  const { traceId, spanId, flags } = parent;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const above = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
  const options = { startTime: startedAt, attributes: runAttributes(workflowId, runId) };
  const span = trace.getTracer('slipway').startSpan(name, options, above);
  if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
  span.end(endedAt);
}
