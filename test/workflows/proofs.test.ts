import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import { signerWith } from '../../src/api/signing.ts';
import { temporalRuns } from '../../src/api/temporal-runs.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import type { RunResult } from '../../src/workflows/ending.ts';
import { project } from '../support/release-activities.ts';
import { keyPair, signingWorld } from '../support/signing-world.ts';

const TWO_ROLES =
  'signOffs: { release: [tech-lead, qa], rollback: [tech-lead] }\npublish: { github: { credential: T } }\n';

let here: Awaited<ReturnType<typeof signingWorld>>;
let version = '1.2.0';

beforeAll(async () => {
  here = await signingWorld(project(TWO_ROLES));
});
afterAll(() => here?.close());
beforeEach(() => {
  version = `1.2.${Number(version.split('.')[2]) + 1}`;
  here.signing.key = here.first;
  here.service.keys = { first: { publicKey: here.first.publicKey } };
});

const idOf = (of = version) => `release:sample:${of}`;
const handle = (id = idOf()) => here.world.client.workflow.getHandle<() => Promise<RunResult>>(id);
const requestOf = (of = version) => ({ schema: 1 as const, project: 'sample', version: of, startedBy: 'rel' });

async function started(of = version) {
  await here.runs.start({ id: idOf(of), kind: 'release', request: requestOf(of), requestKey: randomUUID() });
  return until((state) => state.waitingFor.some(({ kind }) => kind === 'sign-off'), idOf(of));
}

async function until(holds: (state: RunState) => boolean, id = idOf()): Promise<RunState> {
  return vi.waitFor(
    async () => {
      const state = await handle(id).query<RunState>('state');
      expect(holds(state), JSON.stringify(state.refusals.concat(state.steps.slice(-2) as never))).toBe(true);
      return state;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const signOffOf = ({ commit, manifest }: RunState, by: string, role: string) => ({
  ...{ requestId: randomUUID(), by, role, decision: 'approve', commit, manifest: manifest!.digest },
});

test('a run that is started around the API ends as refused, and nothing is touched', async () => {
  const request = requestOf();
  const run = await here.world.client.workflow.start<() => Promise<RunResult>>('release', {
    ...{ workflowId: idOf(), taskQueue: WORKFLOW_QUEUE, args: [request] as never },
  });
  const before = here.calls.length;
  expect(await run.result()).toMatchObject({
    outcome: 'withdrawn',
    summary: 'refused: it was started around the API: no proof comes with it',
  });
  expect(here.calls.slice(before).filter((name) => name !== 'archiveRun')).toEqual([]);
  const { refusals, steps } = await handle().query<RunState>('state');
  expect(refusals).toMatchObject([{ signal: 'start', by: 'rel' }]);
  expect(steps.map(({ id, status }) => `${id} ${status}`)).toEqual(['prepare.project failed']);
});

test('a start is signed as a whole: what was changed in it is refused', async () => {
  const { namespace } = here.world;
  const signed = await here.signer.start({ namespace, id: idOf(), type: 'release', request: requestOf() });
  const run = await here.world.client.workflow.start<() => Promise<RunResult>>('release', {
    ...{ workflowId: idOf(), taskQueue: WORKFLOW_QUEUE, args: [{ ...signed, adopt: true }] as never },
  });
  expect(await run.result()).toMatchObject({
    summary: expect.stringContaining('it was changed, or belongs to another'),
  });
});

test('a proof starts one run: copied from one that has ended, it starts nothing', async () => {
  await started();
  const { request } = await handle().query<RunState>('state');
  await here.runs.signal({ id: idOf() }, 'abort', { requestId: 'a', by: 'rel', reason: 'not today' });
  expect(await handle().result()).toMatchObject({ outcome: 'withdrawn', summary: 'aborted by rel: not today' });
  const again = await here.world.client.workflow.start<() => Promise<RunResult>>('release', {
    ...{ workflowId: idOf(), taskQueue: WORKFLOW_QUEUE, args: [request] as never },
  });
  expect(await again.result()).toMatchObject({ summary: 'refused: its proof was used before, by another run' });
});

test('sign-offs by hand, forged, changed or copied from another run are refused, and their roles stay free', async () => {
  const other = await started();
  const copied = signOffOf(other, 'quin', 'qa');
  await here.runs.signal({ id: other.id }, 'signOff', copied);
  const { proof } = (await until(({ signOffs }) => signOffs.length === 1, other.id)).signOffs[0]!.signed!;
  version = `${version.slice(0, 4)}${Number(version.split('.')[2]) + 1}`;
  const state = await started();
  const run = handle();

  await run.signal('signOff', signOffOf(state, 'quin', 'qa'));
  const thief = keyPair('first');
  const forging = temporalRuns(here.world.client, { signer: signerWith(async () => thief) });
  await forging.signal({ id: state.id }, 'signOff', signOffOf(state, 'quin', 'qa'));
  const unknown = temporalRuns(here.world.client, { signer: signerWith(async () => keyPair('mine')) });
  await unknown.signal({ id: state.id }, 'signOff', signOffOf(state, 'quin', 'qa'));
  await run.signal('signOff', { ...copied, proof });
  await run.signal('abort', { requestId: 'x', by: 'rel', reason: 'by hand' });
  await run.signal('signOff', { ...signOffOf(state, 'quin', 'qa'), proof: 'nonsense' });

  const refused = await until(({ refusals }) => refusals.length === 6);
  expect(refused.refusals.map(({ signal, reason }) => `${signal}: ${reason}`)).toEqual([
    'signOff: it carries no proof: send it through the API, which signs it',
    expect.stringMatching(/^signOff: its proof is not by the key first/),
    'signOff: its proof names the key "mine", which this service does not know',
    expect.stringMatching(/^signOff: its proof is not by the key first .* belongs to another run/),
    'abort: it carries no proof: send it through the API, which signs it',
    'signOff: its proof names the key "", which this service does not know',
  ]);
  expect(refused.signOffs).toEqual([]);
  expect(refused.waitingFor).toMatchObject([{ for: ['tech-lead', 'qa'] }]);

  const real = signOffOf(state, 'quin', 'qa');
  await here.runs.signal({ id: state.id }, 'signOff', real);
  await here.runs.signal({ id: state.id }, 'signOff', real); // sent again, it counts once
  await here.runs.signal({ id: state.id }, 'signOff', signOffOf(state, 'tess', 'tech-lead'));
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  const { signOffs } = await run.query<RunState>('state');
  expect(signOffs.map(({ by, role }) => `${by} ${role}`)).toEqual(['quin qa', 'tess tech-lead']);
});

test('who was forged may still use the request id', async () => {
  const state = await started();
  const signOff = signOffOf(state, 'quin', 'qa');
  await handle().signal('signOff', { ...signOff, comment: 'forged' });
  await until(({ refusals }) => refusals.length === 1);
  await here.runs.signal({ id: state.id }, 'signOff', signOff);
  expect((await until(({ signOffs }) => signOffs.length === 1)).answers).toMatchObject({
    [`signOff:quin:${signOff.requestId}`]: { verdict: 'counted' },
  });
  await here.runs.signal({ id: state.id }, 'abort', { requestId: 'a', by: 'rel', reason: 'enough' });
  await handle().result();
});

test('a key is changed while a run waits: what the old one signed still counts, until it is taken away', async () => {
  const state = await started();
  await here.runs.signal({ id: state.id }, 'signOff', signOffOf(state, 'quin', 'qa'));
  await until(({ signOffs }) => signOffs.length === 1);
  const second = keyPair('second');
  here.signing.key = second;
  here.service.keys = { second: { publicKey: second.publicKey } }; // the old one is gone: stolen, say
  await here.runs.signal({ id: state.id }, 'signOff', signOffOf(state, 'tess', 'tech-lead'));
  const blocked = await until(({ status }) => status === 'blocked');
  const step = blocked.steps.find(({ status }) => status === 'blocked')!;
  expect(step).toMatchObject({
    id: 'release.merge',
    problem: {
      code: 'proof-refused',
      message: expect.stringContaining('the sign-off by quin as qa: its proof names the key'),
    },
  });

  here.service.keys = { ...here.service.keys, first: { publicKey: here.first.publicKey, until: '2099-01-01' } };
  const decision = { step: step.id, attempt: 1, action: 'retry', reason: 'the key was only left out' };
  await here.runs.signal({ id: state.id }, 'decide', { requestId: 'd', by: 'olga', ...decision });
  expect(await handle().result()).toMatchObject({ outcome: 'released' });
});

test('a roll-forward is trusted as the rollback is that started it', async () => {
  const id = `rollback:sample:${version}`;
  const request = { ...requestOf(), reason: 'loses data', rollForward: 'yes' as const, tags: 'keep' as const };
  await here.runs.start({ id, kind: 'rollback', request, requestKey: 'r' });
  const state = await until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'), id);
  await here.runs.signal({ id }, 'signOff', signOffOf(state, 'tess', 'tech-lead'));
  const forward = await until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'), idOf('1.2.1'));
  await here.runs.signal({ id: forward.id }, 'signOff', signOffOf(forward, 'tess', 'tech-lead'));
  expect(await handle(forward.id).result()).toMatchObject({ outcome: 'released' });
});

test('after a reset the run is still the one that was signed for', async () => {
  const state = await started();
  await here.runs.signal({ id: state.id }, 'signOff', signOffOf(state, 'quin', 'qa'));
  await until(({ signOffs }) => signOffs.length === 1);
  const { events } = await handle().fetchHistory();
  const reset = events!.findLast((event) => event.workflowTaskCompletedEventAttributes)!;
  const { namespace, connection } = here.world;
  await connection.workflowService.resetWorkflowExecution({
    ...{ namespace, workflowExecution: { workflowId: state.id }, requestId: randomUUID(), reason: 'a test' },
    workflowTaskFinishEventId: reset.eventId as never,
  });
  const again = await until(({ waitingFor }) => waitingFor.length > 0);
  expect(again.runId).not.toBe(state.runId);
  for (const [by, role] of [
    ['quin', 'qa'],
    ['tess', 'tech-lead'],
  ] as const)
    await here.runs.signal({ id: state.id }, 'signOff', signOffOf(again, by, role));
  expect(await handle().result()).toMatchObject({ outcome: 'released' });
});

test('verifying costs no event, and a key that the run does not know is read once', async () => {
  const state = await started();
  const second = keyPair('second');
  here.service.keys = { ...here.service.keys, second: { publicKey: second.publicKey } };
  await here.runs.signal({ id: state.id }, 'pause', { requestId: '1', by: 'olga', reason: 'audit' });
  await here.runs.signal({ id: state.id }, 'resume', { requestId: '2', by: 'olga', reason: 'done' });
  here.signing.key = second;
  for (const [by, role] of [
    ['quin', 'qa'],
    ['tess', 'tech-lead'],
  ] as const)
    await here.runs.signal({ id: state.id }, 'signOff', signOffOf(state, by, role));
  await handle().result();
  const { events } = await handle().fetchHistory();
  const names = events!.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
  expect(names.filter((name) => name === 'readKeys')).toHaveLength(1);
  expect(events!.filter((event) => event.markerRecordedEventAttributes)).toEqual([]);
});

test('a run that is aborted while an activity begins is replayed as it was', async () => {
  for (let count = 0; count < 6; count += 1) {
    version = `1.2.${Number(version.split('.')[2]) + 1}`;
    const id = idOf();
    await here.runs.start({ id, kind: 'release', request: requestOf(), requestKey: randomUUID() });
    await here.runs.signal({ id }, 'abort', { requestId: 'a', by: 'rel', reason: 'at once' });
    expect(await handle(id).result()).toMatchObject({ outcome: 'withdrawn' });
    expect((await handle(id).query<RunState>('state')).status).toBe('ended'); // a closed run is replayed for it
  }
});

test('a flood of forgeries keeps the run from nothing', async () => {
  const state = await started();
  const forging = temporalRuns(here.world.client, { signer: signerWith(async () => keyPair('first')) });
  await Promise.all(
    Array.from({ length: 60 }, () => forging.signal({ id: state.id }, 'signOff', signOffOf(state, 'quin', 'qa'))),
  );
  for (const [by, role] of [
    ['quin', 'qa'],
    ['tess', 'tech-lead'],
  ] as const)
    await here.runs.signal({ id: state.id }, 'signOff', signOffOf(state, by, role));
  expect(await handle().result()).toMatchObject({ outcome: 'released' });
});
