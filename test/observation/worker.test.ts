import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../src/clients/command.ts';
import { send } from '../../src/clients/http.ts';
import { createWorkerMeasures, outcomeOf } from '../../src/observation/worker-measures.ts';
import { workerApp } from '../../src/observation/worker-site.ts';

const outside = createServer((asked, answer) => {
  answer.statusCode = asked.url === '/metrics' ? 200 : 418;
  answer.end('temporal_worker_task_slots_available{} 5\n');
}).listen(0, '127.0.0.1');
await once(outside, 'listening');
const outsideUrl = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
afterAll(() => outside.close());

const measures = createWorkerMeasures();
let troubles: Record<string, string> = {};
const siteAt = (coreUrl: string) => workerApp({ measures, coreUrl, troubles: async () => troubles });
const site = siteAt(`${outsideUrl}/metrics`);
const numbers = async (of = site) => (await of.request('/metrics')).text();

/** What the worker does when Temporal gives it an activity. */
async function perform(attempt: number, act: () => Promise<unknown>): Promise<void> {
  const context = { info: { activityType: 'ensureTagged', attempt } } as never;
  const { execute } = measures.activities(context).inbound!;
  await execute!({ args: [], headers: {} }, act).catch(() => undefined);
}

test('worker: attempts of activities are counted by how they ended, and retries apart', async () => {
  await perform(1, () => Promise.reject(ApplicationFailure.retryable('gone', 'index-unreachable')));
  await perform(2, async () => 'tagged');
  await perform(1, () => Promise.reject(ApplicationFailure.nonRetryable('another', 'tag-conflict')));
  const text = await numbers();
  for (const outcome of ['failed', 'done', 'final'])
    expect(text).toContain(`slipway_activities_total{activity="ensureTagged",outcome="${outcome}"} 1`);
  expect(text).toContain('slipway_activity_retries_total{activity="ensureTagged"} 1');
  expect(text).toContain('slipway_activities_running{activity="ensureTagged"} 0');
});

test.each([
  ['a look at what is not there yet is no failure', ApplicationFailure.retryable('wait', 'not-yet'), 'not-yet'],
  ['what is cancelled did not fail', new CancelledFailure('over'), 'cancelled'],
  ['what nobody planned is tried again', new Error('bug'), 'failed'],
])('worker: %s', (_, error, outcome) => {
  expect(outcomeOf(error)).toBe(outcome);
});

test('worker: requests to outside systems and commands are counted, with no address and no argument', async () => {
  const exchange = { unreachable: 'index-unreachable', seconds: 5 } as const;
  await send(`${outsideUrl}/simple/a-package/`, {}, exchange);
  await send('http://127.0.0.1:1/simple/', {}, exchange).catch(() => undefined);
  await run('sh', ['-c', 'exit 3'], { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' }, timeoutSeconds: 10 });
  const text = await numbers();
  expect(text).toContain('slipway_outside_requests_total{system="index",status="418"} 1');
  expect(text).toContain('slipway_outside_requests_total{system="index",status="none"} 1');
  expect(text).toContain('slipway_commands_total{program="sh",outcome="failed"} 1');
  expect(text).not.toMatch(/a-package|exit 3/);
});

test("worker: the Temporal SDK's numbers are in the same answer, and ours are there without them", async () => {
  expect(await numbers()).toContain('temporal_worker_task_slots_available{} 5');
  const text = await numbers(siteAt('http://127.0.0.1:1/metrics'));
  expect(text).toContain('# the Temporal SDK did not answer');
  expect(text).toContain('slipway_worker_ready 1');
});

test('worker: it is ready while it works, and says what is wrong when it does not', async () => {
  expect((await site.request('/readyz')).status).toBe(200);
  troubles = { temporal: 'unreachable' };
  const answer = await site.request('/readyz');
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not ready', checks: troubles }]);
  expect(await numbers()).toContain('slipway_worker_ready 0');
  expect((await site.request('/healthz')).status).toBe(200);
});
