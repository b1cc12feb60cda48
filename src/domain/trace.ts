/** Where a trace stands: W3C Trace Context, as it travels in headers of starts, signals and activities. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Two hex digits; the last bit: it is recorded. */
  readonly flags: string;
}

/** The header that Temporal's own interceptors use as well. */
export const TRACE_HEADER = '_tracer-data';
/** Which step an activity is for. */
export const STEP_HEADER = 'slipway-step';

/** What a workflow tells of itself once it is over, or of a signal that it took. Times are milliseconds. */
export interface WorkflowSpan {
  readonly name: string;
  readonly parent: TraceContext;
  /** Of what it began; a signal begins nothing. */
  readonly spanId?: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed?: string;
}

/** From the header's content, `{ traceparent: "00-…" }`; undefined for anything else, since anybody may send it. */
export function readTrace(content: unknown): TraceContext | undefined {
  const { traceparent } = (content ?? {}) as { traceparent?: unknown };
  const [, traceId = '', spanId = '', flags = ''] =
    typeof traceparent === 'string' ? (/^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? []) : [];
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId) ? { traceId, spanId, flags } : undefined;
}

export function writtenTrace({ traceId, spanId, flags }: TraceContext): { traceparent: string } {
  return { traceparent: `00-${traceId}-${spanId}-${flags}` };
}

/** An execution's span has the end of its run id for its own id: a replay, on whatever worker, names the same. */
export function spanOfExecution(runId: string): string {
  return runId.replaceAll('-', '').slice(-16);
}
