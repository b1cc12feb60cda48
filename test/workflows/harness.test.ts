import type { WorkflowStartOptions } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import type { Inspection } from '../../src/domain/run/request.ts';
import type { inspect } from '../../src/workflows/index.ts';
import { type Harness, harness } from '../support/temporal.ts';

let temporal: Harness;
let attempts = 0;

beforeEach(() => {
  attempts = 0;
});
beforeAll(async () => {
  temporal = await harness({
    publish: {
      async inspectProject({ project }): Promise<Inspection> {
        attempts += 1;
        if (attempts === 1) throw ApplicationFailure.create({ message: 'not yet', nextRetryDelay: '30s' });
        return {
          project,
          package: project,
          last: null,
          base: null,
          bump: 'none',
          suggested: null,
          next: null,
          reasons: [],
        };
      },
    },
  });
});
afterAll(() => temporal.close());

const options = (workflowId: string) =>
  ({ taskQueue: WORKFLOW_QUEUE, workflowId, args: [{ schema: 1, project: 'sample' }] }) satisfies WorkflowStartOptions<
    typeof inspect
  >;

test('a retry that is due in half a minute comes when time is moved forward', async () => {
  const run = await temporal.client.workflow.start<typeof inspect>('inspect', options('forward'));
  await vi.waitFor(() => expect(attempts).toBe(1));
  await temporal.fastForward('forward', 40);
  expect(await run.result()).toMatchObject({ project: 'sample' });
});

test('a run started to skip its waits waits for nothing', async () => {
  const began = Date.now();
  await temporal.skippingClient.workflow.execute<typeof inspect>('inspect', options('skipping'));
  expect(attempts).toBe(2);
  expect(Date.now() - began).toBeLessThan(10_000);
});

test('a run outlives the workers that began it', async () => {
  const run = await temporal.client.workflow.start<typeof inspect>('inspect', options('restarted'));
  await vi.waitFor(() => expect(attempts).toBe(1));
  await temporal.restartWorkers();
  await temporal.fastForward('restarted', 60);
  expect(await run.result()).toMatchObject({ project: 'sample' });
});
