import { readFileSync } from 'node:fs';
import { defaultPayloadConverter } from '@temporalio/common';
import { expect, inject, test } from 'vitest';
import { TRACE_HEADER, writtenTrace } from '../../src/domain/trace.ts';
import { startTracing } from '../../src/observation/tracing.ts';
import { recordedHistories, replay } from '../support/histories.ts';
import '../support/temporal.ts';

const TRACE = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: '01' };
/** As JSON of a history has it. */
const payload = defaultPayloadConverter.toPayload(writtenTrace(TRACE));
const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
const HEADER = {
  fields: {
    [TRACE_HEADER]: {
      metadata: { encoding: base64(payload.metadata?.encoding) },
      data: base64(payload.data),
    },
  },
};

/** The same run as if a traced request had started it, and traced requests had signalled it. */
function traced<T extends { readonly events: readonly unknown[] }>(history: T): T {
  const events = structuredClone(history.events) as Record<string, { header?: object }>[];
  let changed = 0;
  for (const event of events) {
    for (const name of ['workflowExecutionStartedEventAttributes', 'workflowExecutionSignaledEventAttributes']) {
      const attributes = event[name];
      if (!attributes) continue;
      attributes.header = HEADER;
      changed += 1;
    }
  }
  expect(changed).toBeGreaterThan(0);
  return { ...history, events };
}

test.each(recordedHistories())('tracing: $name, begun without it, goes on alike with it', async ({ history }) => {
  const { sinks } = await startTracing('replayed', {});
  await replay(traced(history), inject('workflowBundle'), { sinks });
});

test('tracing: nothing of OpenTelemetry is in the workflow bundle, which a waiting run holds in memory', () => {
  const bundle = readFileSync(inject('workflowBundle'), 'utf8');
  const code = bundle.slice(0, bundle.indexOf('//# sourceMappingURL='));
  expect(code).not.toContain('@opentelemetry');
  expect(code).toContain(TRACE_HEADER);
});
