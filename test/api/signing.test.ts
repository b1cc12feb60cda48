import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signerWith } from '../../src/api/signing.ts';
import { project } from '../support/release-activities.ts';
import { keyPair, signingWorld } from '../support/signing-world.ts';
import { openApi } from './fixture.ts';

let here: Awaited<ReturnType<typeof signingWorld>>;
let api: ReturnType<typeof openApi>;

beforeAll(async () => {
  here = await signingWorld(project('signOffs: { release: [tech-lead] }\n'), () => api.directory.people('sample'));
  api = openApi({ real: here.runs });
});
afterAll(async () => {
  api?.close();
  await here?.close();
});

test('a release is started and signed off over HTTP, each with a proof that its run verifies', async () => {
  const { status, body: started } = await api.post('/v1/releases', { project: 'sample', version: '1.2.0' });
  expect(status).toBe(202);
  const path = `/v1/runs/${started.id}`;
  const { commit, manifest } = await vi.waitFor(
    async () => {
      const { body } = await api.get(path);
      expect(body.waitingFor).toMatchObject([{ kind: 'sign-off' }]);
      return body;
    },
    { timeout: 20_000, interval: 100 },
  );
  const signOff = { role: 'tech-lead', decision: 'approve', commit, manifest: manifest.digest };
  const by = { requestId: randomUUID(), by: 'tom' };
  await here.world.client.workflow.getHandle(started.id).signal('signOff', { ...by, ...signOff });
  const stale = await api.post(`${path}/sign-offs`, { ...signOff, commit: '0'.repeat(40) }, { as: 'tom' });
  expect(stale).toMatchObject({ status: 409, body: { code: 'refused' } });
  const signed = await api.post(`${path}/sign-offs`, signOff, { as: 'tom' });
  expect(signed).toMatchObject({ status: 200, body: { signOffs: [{ by: 'tom', role: 'tech-lead' }] } });
  expect(signed.body.signOffs[0]).not.toHaveProperty('signed');
  expect(signed.body.refusals).toMatchObject([{ by: 'tom', reason: expect.stringContaining('no proof') }, {}]);
  const state = await here.world.client.workflow.getHandle(started.id).query<{ signOffs: object[] }>('state');
  expect(state.signOffs).toMatchObject([{ signed: { proof: { kid: 'first' } } }]);
});

test('a signal that belongs to another key than the workers know is refused to its sender with the reason', async () => {
  const { body: started } = await api.post('/v1/releases', { project: 'sample', version: '1.3.0' });
  here.signing.key = keyPair('unlisted');
  const refused = await api.post(`/v1/runs/${started.id}/abort`, { reason: 'not today' });
  expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('names the key "unlisted"') } });
  here.signing.key = here.first;
  expect(await api.post(`/v1/runs/${started.id}/abort`, { reason: 'not today' })).toMatchObject({ status: 200 });
});

test('the signature is Ed25519 over canonical JSON, so that anybody can verify it', async () => {
  const key = keyPair('k');
  const signer = signerWith(
    async () => key,
    () => new Date('2026-01-31T12:00:00Z'),
  );
  const payload = { requestId: '1', by: 'olga', reason: 'audit' };
  const sent = { namespace: 'n', id: 'release:p:1.0.0', firstRunId: 'r', name: 'pause' as const, payload };
  const { proof, ...fields } = (await signer.signal(sent)) as { proof: { signature: string } };
  expect(fields).toEqual(payload);
  expect(proof).toMatchObject({ kid: 'k', at: '2026-01-31T12:00:00.000Z' });
  const text =
    '{"at":"2026-01-31T12:00:00.000Z","fields":{"by":"olga","reason":"audit","requestId":"1"},"firstRunId":"r","id":"release:p:1.0.0","kid":"k","namespace":"n","signal":"pause","slipway":"signal"}';
  expect(verify(null, Buffer.from(text), createPublicKey(key.privateKey), Buffer.from(proof.signature, 'hex'))).toBe(
    true,
  );
});

test('without a key nothing is signed, and nothing is asked of Temporal for it', async () => {
  const signer = signerWith(async () => undefined);
  const sent = { namespace: 'n', id: 'i', type: 'release', request: { a: 1 } };
  expect(await signer.start(sent)).toEqual({ a: 1 });
  expect(await signer.signs()).toBe(false);
});
