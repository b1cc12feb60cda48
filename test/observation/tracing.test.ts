import { tmpdir } from 'node:os';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../src/clients/command.ts';
import { STEP_HEADER, spanOfExecution, TRACE_HEADER, type TraceContext, writtenTrace } from '../../src/domain/trace.ts';
import { startTracing, type Tracing } from '../../src/observation/tracing.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';

const RUN_ID = '01a2131b-61c6-7dcc-bced-ce0b6999e987';
const workflowExecution = { workflowId: 'release:sample:1.1.0', runId: RUN_ID };
const REQUEST: TraceContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: '01' };
const INSIDE: TraceContext = { ...REQUEST, spanId: spanOfExecution(RUN_ID) };

let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
let tracing: Tracing;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  tracing = await startTracing('slipway-publish');
  await perform('ensureTagged', async () => {
    const env = { PATH: process.env.PATH ?? '' };
    const args = ['-c', 'user.name=x', '-c', 'true', 'https://robot:hidden@example.org', 'tok-of-robot'];
    await run('git', args, { cwd: tmpdir(), env, timeoutSeconds: 10, secrets: ['tok-of-robot'] });
  });
  await perform('awaitVisible', () => Promise.reject(ApplicationFailure.retryable('wait', 'not-yet')));
  const told = { name: 'workflow release', parent: REQUEST, spanId: INSIDE.spanId, startedAt: 1000, endedAt: 9000 };
  tracing.sinks.trace.ended.fn(workflowExecution as never, told);
  await tracing.end();
});
afterAll(() => {
  vi.unstubAllEnvs();
  receiver.close();
});

/** As a worker does what a traced run asks for. */
async function perform(activityType: string, act: () => Promise<unknown>): Promise<void> {
  const headers = {
    [TRACE_HEADER]: defaultPayloadConverter.toPayload(writtenTrace(INSIDE)),
    [STEP_HEADER]: defaultPayloadConverter.toPayload('release.tag'),
  };
  for (const interceptor of tracing.activities) {
    const { execute } = interceptor({ info: { activityType, attempt: 1, workflowExecution } } as never).inbound!;
    await execute!({ args: [], headers }, act).catch(() => undefined);
  }
}

const named = (name: string) => receiver.spans.find((span) => span.name === name);

test('tracing: a command is below its activity, that below its run, and that in the trace of the request', () => {
  const chain = receiver.chain(named('command git')!);
  expect(chain.map(({ name }) => name)).toEqual(['command git', 'activity ensureTagged', 'workflow release']);
  expect(chain.at(-1)).toMatchObject({ traceId: REQUEST.traceId, parentSpanId: REQUEST.spanId });
  const of = { 'slipway.run': 'release:sample:1.1.0', 'slipway.project': 'sample', 'slipway.step': 'release.tag' };
  for (const span of chain.slice(0, 2)) expect(span.attributes).toMatchObject(of);
});

test('tracing: arguments are told without secrets, and without what git is always told', () => {
  expect(named('command git')?.attributes['process.command_args']).toBe('true https://***@example.org ***');
});

test('tracing: a look at what is not there yet is in no trace', () => {
  expect(named('activity awaitVisible')).toBeUndefined();
});

test.each([
  ['no variable', {}],
  ['the SDK turned off', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }],
  ['no exporter', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }],
])('tracing: with %s nothing is done, but what a traced run tells is heard', async (_, env) => {
  const { activities, clients, http, sinks } = await startTracing('slipway-api', env);
  expect([activities, clients, http]).toEqual([[], [], []]);
  expect(sinks.trace.ended.callDuringReplay).toBe(false);
});

test.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  { OTEL_TRACES_EXPORTER: 'zipkin' },
])('tracing: what is not to be had is said at the start: %j', async (env) => {
  await expect(startTracing('slipway-api', env)).rejects.toMatchObject({ code: 'configuration-invalid' });
});
