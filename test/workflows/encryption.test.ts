import { createSecretKey, randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { failureOf } from '../../src/activities/failures.ts';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { EncryptionKeys } from '../../src/temporal/codec.ts';
import { dataConverterOf } from '../../src/temporal/data-converter.ts';
import { executionsOf } from '../../src/temporal/executions.ts';
import { asText, replay } from '../support/histories.ts';
import {
  decide,
  type ProcedureRun,
  procedureWorld,
  signOff,
  stateOf,
  untilWaiting,
} from '../support/procedure-world.ts';
import { project, releaseActivities } from '../support/release-activities.ts';

const [spring, summer] = [0, 1].map(() => createSecretKey(randomBytes(32))) as [never, never];
const frozen = project('title: Marked Title\ngates: [ { name: tests, run: "pytest marked-gate" } ]\n');

/** In a name that everybody may read, and in search attributes; nowhere else. */
const SECRETS = ['Marked Title', 'marked-gate', 'marked-failure', 'markedFunction', 'marked-summary', 'decided'];

let now = releaseActivities(frozen);
let keys: EncryptionKeys;
let world: Awaited<ReturnType<typeof procedureWorld>>;
const converterOf = async (namespace: string) =>
  (await dataConverterOf({ namespace, read: async () => keys })).converter;

beforeAll(async () => {
  keys = { current: 'spring', keys: { spring } };
  world = await procedureWorld(() => now, { converter: converterOf });
});
afterAll(() => world?.close());
beforeEach(() => {
  keys = { current: 'spring', keys: { spring, summer } };
  now = releaseActivities(frozen);
});

/** A release that fails once, is retried by a person, signed off and ends. */
async function released(at: typeof world): Promise<ProcedureRun> {
  const { runGate } = now.build;
  let failed = false;
  now.build.runGate = async function markedFunction(input) {
    if (failed) return { ...(await runGate(input)), summary: 'marked-summary' };
    failed = true;
    throw failureOf(new Problem('gate-failed', 'marked-failure', { faults: ['marked-failure'] }));
  };
  const run = await at.start('release');
  await decide(run, 'test.gate.tests', 'retry');
  await signOff(run, 'rel', 'releaser');
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  return run;
}

function rawHistory(at: typeof world, run: ProcedureRun) {
  return at.rawClient.workflow.getHandle(run.workflowId).fetchHistory();
}

/** As a file that somebody downloaded. */
async function rawJson(run: ProcedureRun) {
  const { events } = JSON.parse(historyToJSON(await rawHistory(world, run)));
  return { workflowId: run.workflowId, events };
}

/** Workers read headers without the codec: a step's id, and the ids of traces. */
const PLAIN = /searchAttributes|\.header\.fields\.(slipway-step|_tracer-data)$/i;

interface Found {
  readonly path: string;
  readonly encoding: string;
  readonly kid: string;
}

/** Every payload in it, wherever it is. */
function payloadsIn(value: unknown, path = ''): Found[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const { metadata } = value as { metadata?: Record<string, Uint8Array> };
  const text = (name: string) => Buffer.from(metadata?.[name] ?? []).toString();
  if (metadata?.encoding instanceof Uint8Array)
    return [{ path, encoding: text('encoding'), kid: text('encryption-key-id') }];
  return Object.entries(value).flatMap(([name, one]) => payloadsIn(one, `${path}.${name}`));
}

describe('with encryption', () => {
  test('encryption: Temporal keeps nothing that can be read of a release but its id, types, steps, times and search attributes', async () => {
    const history = await rawHistory(world, await released(world));
    const found = payloadsIn(history).filter(({ path }) => !PLAIN.test(path));
    expect(found.length).toBeGreaterThan(50);
    expect(found.filter(({ encoding }) => encoding !== 'binary/encrypted')).toEqual([]);
    expect(found.some(({ path }) => path.includes('userMetadata'))).toBe(true);
    expect(found.some(({ path }) => path.includes('encodedAttributes'))).toBe(true);
    const text = asText(history);
    expect(SECRETS.filter((one) => text.includes(one))).toEqual([]);
  });

  test('encryption: what the run itself says is as without it, and its history replays', async () => {
    const run = await released(world);
    const { steps, decisions } = await stateOf(run);
    expect(steps.find(({ id }) => id === 'test.gate.tests')).toMatchObject({
      summary: 'marked-summary',
      status: 'done',
    });
    expect(decisions).toMatchObject([{ reason: 'decided' }]);
    const converter = await converterOf(world.namespace);
    await replay(await rawJson(run), inject('workflowBundle'), { dataConverter: converter });
    await expect(replay(await rawJson(run), inject('workflowBundle'))).rejects.toThrow();
  });

  test('encryption: a worker reads how a run began, by which proofs are verified', async () => {
    const run = await world.start('release');
    await untilWaiting(run, 'releaser');
    const { request } = await executionsOf(world.client, WORKFLOW_QUEUE).started(run.workflowId);
    expect(request).toMatchObject({ project: 'sample', startedBy: 'rel' });
    await run.terminate();
  });

  test('encryption: a run that began under one key ends under the next, and its history holds both', async () => {
    const run = await world.start('release');
    await untilWaiting(run, 'releaser');
    keys = { current: 'summer', keys: { spring, summer } };
    await vi.waitFor(
      async () => {
        await run.signal('wake', { reason: 'the key was changed' });
        expect(kidsOf(await rawHistory(world, run))).toContain('summer');
      },
      { timeout: 15_000, interval: 200 },
    );
    await world.restartWorkers();
    await signOff(run, 'rel', 'releaser');
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    expect(kidsOf(await rawHistory(world, run))).toEqual(['spring', 'summer']);
  });

  test('encryption: a key that is taken out too early stops a run with the key named; put back, it ends as if nothing had been', async () => {
    const run = await world.start('release');
    await untilWaiting(run, 'releaser');
    keys = { current: 'summer', keys: { summer } };
    const reader = new Client({
      connection: world.connection,
      namespace: world.namespace,
      dataConverter: await converterOf(world.namespace),
    });
    const failure = await vi.waitFor(
      async () => {
        await world.restartWorkers(); // until the key is out of every memory
        await run.signal('wake', { reason: 'look' });
        const { events } = await rawHistory(world, run);
        const failed = events?.findLast(
          (event) => event.workflowTaskFailedEventAttributes,
        )?.workflowTaskFailedEventAttributes;
        expect(failed?.failure).toBeTruthy();
        return failed!.failure!;
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(asText(failure)).not.toContain('spring');
    const { payloadCodecs = [] } = await converterOf(world.namespace);
    const [told] = await payloadCodecs[0]!.decode([failure.encodedAttributes as never]);
    expect(Buffer.from(told!.data!).toString()).toContain('the encryption key \\"spring\\" is not known here');
    expect((await reader.workflow.getHandle(run.workflowId).describe()).status.name).toBe('RUNNING');

    keys = { current: 'summer', keys: { spring, summer } };
    await signOff(run, 'rel', 'releaser');
    expect(await run.result()).toMatchObject({ outcome: 'released' });
  });
});

test('encryption: it can be switched on while a run waits', async () => {
  let later: EncryptionKeys = { keys: {} };
  const converter = async (namespace: string) =>
    (await dataConverterOf({ namespace, read: async () => later })).converter;
  const other = await procedureWorld(() => now, { converter });
  try {
    const run = await other.start('release');
    await untilWaiting(run, 'releaser');
    expect(kidsOf(await rawHistory(other, run))).toEqual([]);
    later = { current: 'spring', keys: { spring } };
    await vi.waitFor(
      async () => {
        await run.signal('wake', { reason: 'encryption is on' });
        expect(kidsOf(await rawHistory(other, run))).toEqual(['spring']);
      },
      { timeout: 15_000, interval: 200 },
    );
    await other.restartWorkers();
    await signOff(run, 'rel', 'releaser');
    expect(await run.result()).toMatchObject({ outcome: 'released' });
  } finally {
    await other.close();
  }
});

function kidsOf(history: unknown): string[] {
  return [...new Set(payloadsIn(history).map(({ kid }) => kid))].filter((kid) => kid !== '').sort();
}

test('encryption: without it the same history can be read by whoever reaches Temporal', async () => {
  const plain = await procedureWorld(() => now);
  try {
    const text = asText(await rawHistory(plain, await released(plain)));
    expect(SECRETS.filter((one) => !text.includes(one))).toEqual([]);
  } finally {
    await plain.close();
  }
});

test('encryption: what another key wrote is an error that says so, and nothing is taken for true', async () => {
  const run = await released(world);
  const others = { current: 'spring', keys: { spring: summer } };
  const { converter } = await dataConverterOf({ namespace: world.namespace, read: async () => others });
  const reader = new Client({ connection: world.connection, namespace: world.namespace, dataConverter: converter });
  await expect(reader.workflow.getHandle(run.workflowId).result()).rejects.toMatchObject({
    code: 'payload-unreadable',
  });
});
