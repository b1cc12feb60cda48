import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { detailsOf } from '../../src/domain/run/details.ts';
import { canonical } from '../../src/domain/run/messages.ts';
import {
  faultOfProof,
  keyFor,
  needsVerifying,
  type PublicKeys,
  readProof,
  signedSignal,
  signedStart,
} from '../../src/domain/run/proof.ts';
import { judgeInbox, judgeProven, provable, receive } from '../../src/domain/run/receive.ts';
import { openState, type RunState } from '../../src/domain/run/state.ts';
import { beginStep, blockStep, waitFor } from '../../src/domain/run/steps.ts';
import { PEOPLE, project } from '../support/release-activities.ts';
import { keyPair } from '../support/signing-world.ts';

const PROOF = { kid: 'k', at: '2026-01-31T12:00:00.000Z', signature: 's' };

test.each<[unknown, string]>([
  [{ b: 1, a: [{ d: null, c: true }] }, '{"a":[{"c":true,"d":null}],"b":1}'],
  [{ a: undefined, b: 'ü\n"' }, '{"b":"ü\\n\\""}'],
  [{ é: 1, e: 2, E: 3, '9': 4, '10': 5 }, '{"9":4,"10":5,"E":3,"e":2,"é":1}'],
  [[3, 1, 2], '[3,1,2]'],
  [-0, '0'],
])('the canonical form of %j is the same whatever the order of its keys', (value, text) => {
  expect(canonical(value)).toBe(text);
  expect(canonical(JSON.parse(JSON.stringify(value)))).toBe(text);
});

test('what is signed of a signal is where it goes, what it is, and every field', () => {
  const payload = { requestId: '1', reason: 'audit', by: 'olga', proof: PROOF };
  const sent = { namespace: 'n', id: 'release:p:1.0.0', firstRunId: 'r', name: 'pause' as const, payload };
  expect(signedSignal(sent, PROOF)).toBe(
    '{"at":"2026-01-31T12:00:00.000Z","fields":{"by":"olga","reason":"audit","requestId":"1"},"firstRunId":"r","id":"release:p:1.0.0","kid":"k","namespace":"n","signal":"pause","slipway":"signal"}',
  );
});

test('what is signed of a start is what is known before it: the whole request and a number used once', () => {
  const sent = {
    namespace: 'n',
    id: 'cadence:p-2026-01-01T00:00:00Z',
    type: 'cadence',
    request: { z: 1, proof: PROOF },
  };
  const head = '{"at":"2026-01-31T12:00:00.000Z","id":';
  expect(signedStart(sent, { ...PROOF, nonce: 'x' })).toBe(
    `${head}"cadence:p-2026-01-01T00:00:00Z","kid":"k","namespace":"n","nonce":"x","request":{"z":1},"slipway":"start","type":"cadence"}`,
  );
  expect(signedStart(sent, PROOF)).toBe(
    `${head}"cadence:p","kid":"k","namespace":"n","nonce":null,"request":{"z":1},"slipway":"start","type":"cadence"}`,
  );
});

test.each<[unknown, unknown]>([
  [undefined, undefined],
  [PROOF, PROOF],
  [
    { ...PROOF, nonce: 'n', more: 1 },
    { ...PROOF, nonce: 'n' },
  ],
  ['text', { kid: '', at: '', signature: '' }],
  [null, { kid: '', at: '', signature: '' }],
  [
    { ...PROOF, kid: 7, signature: 's'.repeat(1000) },
    { ...PROOF, kid: '', signature: '' },
  ],
])('of %j as a proof is read %j', (raw, proof) => {
  expect(readProof(raw)).toEqual(proof);
});

test.each<[string, object, object]>([
  ['k', {}, { publicKey: 'PEM' }],
  ['until', { kid: 'until', at: '2026-01-31T23:59:59Z' }, { publicKey: 'OLD' }],
  [
    'until',
    { kid: 'until', at: '2026-02-01T00:00:00Z' },
    { fault: expect.stringContaining('counts until 2026-01-31') },
  ],
  ['none', { kid: 'none' }, { fault: expect.stringContaining('does not know') }],
  ['constructor', { kid: 'constructor' }, { fault: expect.stringContaining('does not know') }],
  ['k', { at: 'yesterday' }, { fault: 'its proof says no time' }],
])('a key counts where it is listed, until its last day (%s, %j)', (_, proof, found) => {
  const keys = { k: { publicKey: 'PEM' }, until: { publicKey: 'OLD', until: '2026-01-31' } };
  expect(keyFor({ ...PROOF, ...proof }, keys)).toEqual(found);
});

test.each([
  ['refuse', true, true],
  ['refuse', false, false],
  ['accept', true, false],
  ['accept', false, false],
] as const)('with %s and no key, a signal with a proof (%s) waits for it: %s', (unsignedSignals, signed, waits) => {
  expect(needsVerifying({ unsignedSignals, keys: {} }, signed ? PROOF : undefined)).toBe(waits);
  expect(needsVerifying({ unsignedSignals, keys: { k: { publicKey: 'PEM' } } }, signed ? PROOF : undefined)).toBe(
    signed,
  );
});

test('a signature is by one key for one text', () => {
  const [key, other] = [keyPair('k'), keyPair('k')];
  const signature = sign(null, Buffer.from('text'), key.privateKey).toString('hex');
  const faultWith = (change: object, text = 'text', publicKey = key.publicKey) =>
    faultOfProof({ ...PROOF, signature, ...change }, text, { k: { publicKey } });
  expect(faultWith({})).toBeUndefined();
  expect(faultWith({}, 'Text')).toContain('it was changed, or belongs to another run');
  expect(faultWith({}, 'text', other.publicKey)).toContain('it was changed');
  for (const bad of ['', 'no hex', signature.slice(2), `${signature}00`, '0'.repeat(128), 'f'.repeat(128)])
    expect(faultWith({ signature: bad })).toContain('it was changed');
});

const EXECUTION = { namespace: 'n', id: 'i', firstRunId: 'r' };
const OWN = keyPair('k');

describe('a run that refuses what is unsigned', () => {
  function run(unsignedSignals: 'accept' | 'refuse' = 'refuse'): RunState {
    const request = { schema: 1 as const, project: 'sample', version: '1.2.0', startedBy: 'rel' };
    const state = openState({ id: 'i', runId: 'r', kind: 'release', request, now: '0' });
    const keys = { k: { publicKey: OWN.publicKey } };
    state.frozen = { project: project(), people: PEOPLE, unsignedSignals, keys };
    return state;
  }
  type With = 'nothing' | 'proof' | 'forgery' | 'other key';
  function send(state: RunState, name: 'pause' | 'resume', requestId: string, what: With, at = PROOF.at): void {
    const payload = { requestId, by: 'olga', reason: 'audit' };
    const head = { kid: what === 'other key' ? 'k2' : 'k', at };
    const text = signedSignal({ ...EXECUTION, name, payload }, head);
    const signature = sign(null, Buffer.from(what === 'forgery' ? 'x' : text), OWN.privateKey).toString('hex');
    receive(state, name, what === 'nothing' ? payload : { ...payload, proof: { ...head, signature } }, '1');
  }
  const judged = (state: RunState, keys?: PublicKeys) => judgeProven(state, EXECUTION, keys);
  const verdicts = (state: RunState) => Object.values(state.answers).map(({ verdict }) => verdict);

  test('says so at once where there is no proof, and does nothing', () => {
    const state = run();
    send(state, 'pause', '1', 'nothing');
    expect(state.paused).toBeUndefined();
    expect(state.answers['pause:olga:1']).toMatchObject({ verdict: 'refused', unproven: true });
    expect(state.refusals).toMatchObject([{ reason: 'it carries no proof: send it through the API, which signs it' }]);
  });

  test('judges nothing before its proof is verified, then everything in order', () => {
    const state = run();
    send(state, 'pause', '1', 'proof');
    send(state, 'resume', '2', 'forgery');
    send(state, 'pause', '3', 'proof');
    expect(state.paused).toBeUndefined();
    judged(state);
    expect(state.paused).toMatchObject({ by: 'olga' });
    expect(verdicts(state)).toEqual(['counted', 'refused', 'refused']);
    const reasons = state.refusals.map(({ reason }) => reason);
    expect(reasons).toEqual([expect.stringContaining('not by the key k'), 'the run is paused already by olga']);
  });

  test('keeps the order also where only some have a proof', () => {
    const state = run('accept');
    send(state, 'pause', '1', 'proof');
    send(state, 'resume', '2', 'nothing');
    expect(verdicts(state)).toEqual(['pending', 'pending']);
    judged(state);
    expect(state.paused).toBeUndefined();
    expect(verdicts(state)).toEqual(['counted', 'counted']);
  });

  test('lets who was forged use the same request id, and counts the same again once', () => {
    const state = run();
    send(state, 'pause', '1', 'forgery');
    judged(state);
    for (const at of [PROOF.at, '2026-01-31T13:00:00Z']) send(state, 'pause', '1', 'proof', at);
    judged(state);
    send(state, 'pause', '1', 'proof', '2026-01-31T14:00:00Z');
    expect(verdicts(state)).toEqual(['counted']);
    expect(state.refusals).toHaveLength(1);
    expect(state.inbox).toEqual([]);
  });

  test('waits for the keys of now where it does not know one, and refuses what they do not know either', () => {
    const state = run();
    send(state, 'pause', '1', 'other key');
    send(state, 'resume', '2', 'proof');
    judged(state);
    expect([provable(state), ...verdicts(state)]).toEqual(['with-other-keys', 'pending', 'pending']);
    judged(state, { k2: { publicKey: OWN.publicKey } });
    expect(verdicts(state)).toEqual(['counted', 'counted']);
    const other = run();
    send(other, 'pause', '1', 'other key');
    judged(other, {});
    expect(other.refusals).toMatchObject([{ reason: expect.stringContaining('names the key "k2"') }]);
  });

  test('verifies at most twenty at once, and none once it has ended', () => {
    const state = run();
    for (let count = 0; count < 30; count += 1) send(state, 'pause', String(count), 'forgery');
    judged(state);
    expect(state.inbox).toHaveLength(10);
    state.status = 'ended';
    judgeInbox(state);
    expect(provable(state)).toBe('none');
    expect(state.answers['pause:olga:29']).toMatchObject({ verdict: 'refused', reason: 'the run has ended' });
  });

  test('before it knows its people everything waits, and is then judged in order', () => {
    const state = run();
    const { frozen } = state;
    delete state.frozen;
    send(state, 'pause', '1', 'proof');
    send(state, 'resume', '2', 'nothing');
    expect(provable(state)).toBe('none');
    state.frozen = frozen!;
    judgeInbox(state);
    judged(state);
    expect(verdicts(state)).toEqual(['counted', 'refused']);
  });

  test.each([
    ['refuse', `"$SLIPWAY_URL/v1/runs/i/decisions"`],
    ['accept', "temporal workflow signal --workflow-id 'i' --name decide"],
  ] as const)(
    'and one that does not (%s) tells people in its details how to answer so that it counts',
    (policy, line) => {
      const state = run(policy);
      const step = beginStep(state, { id: 'test.gate.lint', title: 'lint' }, '1');
      blockStep(step, { code: 'gate-failed', message: '3 findings', remedy: 'Correct them.' });
      waitFor(state, step.id, 'decision', ['a decision'], '1');
      expect(detailsOf(state)).toContain(line);
    },
  );
});
