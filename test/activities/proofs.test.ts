import { beforeEach, describe, expect, test } from 'vitest';
import type { Approval, ReleaseContext } from '../../src/activities/index.ts';
import type { Started } from '../../src/activities/ports.ts';
import { assertApproved, faultOfCaller, ticketFor } from '../../src/activities/publish/proofs.ts';
import { signerWith } from '../../src/api/signing.ts';
import type { Problem } from '../../src/domain/problem.ts';
import type { Proof, PublicKey } from '../../src/domain/run/proof.ts';
import type { SignOff } from '../../src/domain/run/state.ts';
import { COMMIT, project } from '../support/release-activities.ts';
import { keyPair } from '../support/signing-world.ts';

const MANIFEST = `sha256:${'7'.repeat(64)}`;
const namespace = 'ours';
const own = keyPair('own');
const signer = signerWith(async () => own);
const request = { schema: 1, project: 'sample', version: '1.2.0', startedBy: 'rel' };

/** What Temporal says of each execution, by run id; the caller is the first. */
let executions: Record<string, Partial<Started> & { id: string }>;
let keys: Record<string, PublicKey>;
let policy: 'accept' | 'refuse';
let claims: Map<string, Record<string, unknown>>;

beforeEach(async () => {
  keys = { own: { publicKey: own.publicKey } };
  policy = 'refuse';
  claims = new Map();
  executions = { r1: await signedStart('release:sample:1.2.0', 'r1') };
});

async function signedStart(id: string, firstRunId: string, type = id.split(':')[0]!) {
  return { id, firstRunId, type, request: await signer.start({ namespace, id, type, request }) };
}

const deps = () =>
  ({
    caller: () => ({ id: Object.values(executions)[0]!.id, runId: Object.keys(executions)[0]! }),
    executions: {
      namespace,
      started: async (_: string, runId: string) => ({ taskQueue: 'slipway', type: 'release', ...executions[runId] }),
    },
    directory: {
      signatures: async () => ({ unsignedSignals: policy, keys }),
    },
    archive: {
      claim: async (key: string, value: Record<string, unknown>) => {
        if (!claims.has(key)) claims.set(key, value);
        return claims.get(key);
      },
      claimed: async (key: string) => claims.get(key),
    },
  }) as never;

const start = () => faultOfCaller(deps(), { unsignedSignals: policy, keys });

describe('a start', () => {
  test('by the API is good for its run, however often it is asked for, and after a reset as well', async () => {
    expect(await start()).toBeUndefined();
    executions = { r2: { ...executions.r1!, firstRunId: 'r1' } };
    expect(await start()).toBeUndefined();
  });

  const AROUND = 'it was started around the API: no proof comes with it';
  test.each<[string, () => Promise<object>, string]>([
    ['without a proof', async () => ({ request }), AROUND],
    ['without a request', async () => ({ request: undefined }), AROUND],
    ['on a queue of somebody else', async () => ({ taskQueue: 'mine' }), 'it runs on the task queue mine'],
    ['under another id', async () => ({ id: 'release:sample:9.9.9' }), 'belongs to another run'],
    ['as another procedure', async () => ({ type: 'hotfix' }), 'belongs to another run'],
    ['with a ticket that nobody gave', async () => ({ request: { ...request, ticket: 'x' } }), AROUND],
    [
      'with a word changed',
      async () => ({ request: { ...(executions.r1!.request as object), startedBy: 'pat' } }),
      'it was changed',
    ],
    [
      'of another namespace',
      async () => ({
        request: await signer.start({ namespace: 'theirs', id: 'release:sample:1.2.0', type: 'release', request }),
      }),
      'belongs to another run',
    ],
    ['below a run that was started around it', async () => ({ request, parent: { id: 'x', runId: 'r9' } }), AROUND],
  ])('%s is refused', async (_, change, reason) => {
    executions.r1 = { ...executions.r1!, ...(await change()) };
    executions.r9 = { id: 'x', firstRunId: 'r9', request };
    expect(await start()).toContain(reason);
    expect([...claims.keys()]).not.toContain('trusted start r1');
  });

  test('whose proof another run has used is refused', async () => {
    await start();
    executions = { r2: { ...executions.r1!, firstRunId: 'r2' } };
    expect(await start()).toBe('its proof was used before, by another run');
  });

  test('of a child is good as its parent is, for as long as the child runs', async () => {
    const child = {
      id: 'release:sample:1.2.1',
      firstRunId: 'c1',
      request,
      parent: { id: 'rollback:sample:1.2.0', runId: 'p1' },
    };
    executions = { c1: child, p1: await signedStart('rollback:sample:1.2.0', 'p1') };
    expect(await start()).toBeUndefined();
    executions = { c1: child }; // Temporal has forgotten the parent by now
    expect(await start()).toBeUndefined();
  });

  test('that a trusted run asked for is good once', async () => {
    const id = 'rollback:sample:1.2.0';
    const { ticket } = await ticketFor(deps(), id);
    executions = { t1: { id, firstRunId: 't1', request: { ...request, ticket } } };
    expect(await start()).toBeUndefined();
    executions = { t2: { id, firstRunId: 't2', request: { ...request, ticket } } };
    expect(await start()).toBe('its proof was used before, by another run');
    await expect(ticketFor(deps(), id)).rejects.toMatchObject({ code: 'proof-refused' });
  });

  test('of a schedule is good time after time', async () => {
    const sent = { namespace, id: 'cadence:sample', type: 'cadence', request };
    const signed = await signer.schedule(sent);
    for (const [runId, at] of [
      ['s1', '2026-01-01T00:00:00Z'],
      ['s2', '2026-01-08T00:00:00Z'],
    ] as const) {
      executions = { [runId]: { id: `cadence:sample-${at}`, firstRunId: runId, type: 'cadence', request: signed } };
      expect(await start()).toBeUndefined();
    }
    executions = {
      s3: { id: 'cadence:other-2026-01-01T00:00:00Z', firstRunId: 's3', type: 'cadence', request: signed },
    };
    expect(await start()).toContain('belongs to another run');
  });

  test('without a proof is taken where that is accepted, and a forged one is not', async () => {
    policy = 'accept';
    const { request: signed } = executions.r1!;
    executions.r1 = { ...executions.r1!, request };
    expect(await start()).toBeUndefined();
    executions.r1 = { ...executions.r1, request: { ...(signed as object), version: '9.9.9' } };
    expect(await start()).toContain('it was changed');
  });
});

describe('beside the credential', () => {
  const context: ReleaseContext = {
    ...{ id: 'release:sample:1.2.0', project: project('signOffs: { release: [qa] }\n'), version: '1.2.0' },
    ...{ procedure: { kind: 'release' }, startedBy: 'rel', time: 0 },
  };

  const PAYLOAD = { role: 'qa', decision: 'approve', by: 'quin', commit: COMMIT, manifest: MANIFEST, requestId: 'q' };

  /** As its run keeps it; `sent` is what the API signed. */
  async function signOff(change: Partial<SignOff> = {}, { firstRunId = 'r1', sent = PAYLOAD as object } = {}) {
    const to = { namespace, id: 'release:sample:1.2.0', firstRunId, name: 'signOff' as const };
    const { proof, ...payload } = (await signer.signal({ ...to, payload: sent })) as { proof: Proof };
    const { requestId: _, ...kept } = PAYLOAD;
    return { ...kept, at: '2026-01-01', signed: { payload, proof }, ...change } as SignOff;
  }

  const approvalWith = (...signOffs: SignOff[]): Approval => ({
    ...{ startedBy: 'rel', commit: COMMIT, manifest: MANIFEST, signOffs },
  });
  const asked = (approval: Approval, change: object = {}) =>
    assertApproved(deps(), { ...context, ...change, approval });

  test('sign-offs that the API signed for this run count', async () => {
    await asked(approvalWith(await signOff()));
    await asked(approvalWith(await signOff({}, { sent: { ...PAYLOAD, comment: 'well done', via: 'a review' } })));
  });

  test.each<[string, () => Promise<void>, string]>([
    ['without a proof', async () => asked(approvalWith(without(await signOff(), 'signed'))), 'it carries no proof'],
    ['by somebody else', async () => asked(approvalWith(await signOff({ by: 'pat' }))), 'it was changed'],
    [
      'under another request id',
      async () =>
        asked(
          approvalWith(
            await signOff({ signed: { ...(await signOff()).signed!, payload: { ...PAYLOAD, requestId: 'x' } } }),
          ),
        ),
      'it was changed',
    ],
    [
      'of another run',
      async () => asked(approvalWith(await signOff({}, { firstRunId: 'r0' }))),
      'belongs to another run',
    ],
    ['for another version', async () => asked(approvalWith(await signOff()), { version: '9.9.9' }), 'may ask for'],
    [
      'under another id',
      async () => asked(approvalWith(await signOff()), { id: 'hotfix:sample:1.2.0' }),
      'may ask for',
    ],
  ])('a sign-off %s blocks the step for good', async (_, act, reason) => {
    const error = await act().then(
      () => undefined,
      (thrown: Problem) => thrown,
    );
    expect(error).toMatchObject({ code: 'proof-refused', retry: false, message: expect.stringContaining(reason) });
  });

  test('a rejection, or what was signed for other bytes, counts no more than before', async () => {
    const other = await signOff({ manifest: `sha256:${'0'.repeat(64)}` });
    for (const one of [other, await signOff({ decision: 'reject' }), await signOff({ voided: 'skipped' })])
      await expect(asked(approvalWith(one))).rejects.toMatchObject({ code: 'sign-offs-missing' });
  });

  test('a run that was started around the API goes no further, whoever signed', async () => {
    executions.r1 = { ...executions.r1!, request };
    await expect(asked(approvalWith(await signOff()))).rejects.toThrow(
      /the start of release:sample:1.2.0: it was started/,
    );
  });

  test('where unsigned ones are accepted, they count, and forged ones do not', async () => {
    policy = 'accept';
    await asked(approvalWith(without(await signOff(), 'signed')));
    await expect(asked(approvalWith(await signOff({ by: 'pat' })))).rejects.toMatchObject({ code: 'proof-refused' });
    keys = {};
    await asked(approvalWith(await signOff({ by: 'pat' })));
  });
});

function without(signOff: SignOff, field: 'signed'): SignOff {
  const { [field]: _, ...rest } = signOff;
  return rest;
}
