import { type Attributes, type Context, createContextKey } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';

const KEY = createContextKey('slipway attributes');

/** Every span that is begun in this context carries them: which run, project and step it was for. */
export function withAttributes(context: Context, attributes: Attributes): Context {
  return context.setValue(KEY, attributes);
}

export const contextAttributes: SpanProcessor = {
  onStart(span, parent) {
    const attributes = parent.getValue(KEY) as Attributes | undefined;
    if (attributes) span.setAttributes(attributes);
  },
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};

/** `release:sample:1.1.0`, and what it says. */
export function runAttributes(id: string, runId: string): Attributes {
  const [, project] = id.split(':');
  return {
    'slipway.run': id,
    'slipway.run_id': runId,
    ...(project === undefined ? {} : { 'slipway.project': project }),
  };
}
