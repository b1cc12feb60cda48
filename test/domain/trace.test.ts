import { expect, test } from 'vitest';
import { readTrace, spanOfExecution, writtenTrace } from '../../src/domain/trace.ts';

const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: '01' };

test('a trace is read as it was written', () => {
  expect(writtenTrace(TRACE)).toEqual({ traceparent: `00-${TRACE.traceId}-${TRACE.spanId}-01` });
  expect(readTrace(writtenTrace(TRACE))).toEqual(TRACE);
});

test.each([
  undefined,
  null,
  'text',
  {},
  { traceparent: 7 },
  { traceparent: '00-short-b7ad6b7169203331-01' },
  { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
  { traceparent: `00-${TRACE.traceId}-${'0'.repeat(16)}-01` },
])('anybody may send any header: %j is no trace, and no failure', (content) => {
  expect(readTrace(content)).toBeUndefined();
});

test('a run names its span alike on every worker and at every replay', () => {
  expect(spanOfExecution('01a2131b-61c6-7dcc-bced-ce0b6999e987')).toBe('bcedce0b6999e987');
});
