import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ReleaseStatement } from '../../src/domain/release-statement.ts';
import { github, gitOn, releasesOf } from '../support/outside.ts';
import { sampleProject } from '../support/release-sample.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { newSshKey, sshKeygenIsThere } from '../support/ssh-key.ts';
import { faultsOfBill, faultsOfStatement } from '../support/validate.ts';
import { World } from '../support/world.ts';

const WITHIN_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'team-'));
const statementKey = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const signs = sshKeygenIsThere();
let world: World;
let s3: S3Server;

beforeAll(async () => {
  [world, s3] = await Promise.all([World.open(), startS3()]);
});
afterAll(async () => {
  await world?.close();
  await s3?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('as teams do it: a bucket, a GitHub App whose token ends on the way, a signed tag, a signed statement and a bill of materials', {
  timeout: WITHIN_MS,
}, async () => {
  const { places, keys, servers } = world;
  const place = await s3.place();
  for (const config of [places.config, places.buildConfig])
    appendFileSync(join(config, 'slipway.yaml'), stringify({ store: { s3: place } }));
  const tagKey = signs ? newSshKey(folder) : undefined;
  if (tagKey) writeFileSync(join(places.credentials, 'TAG_KEY'), tagKey.key, { mode: 0o600 });
  writeFileSync(join(places.credentials, 'STATEMENT_KEY'), statementKey.privateKey, { mode: 0o600 });
  const { publish } = sampleProject('team');
  const app = { app: { id: 1, key: 'GITHUB_APP_KEY' } };
  const statement = { sign: { key: 'STATEMENT_KEY' } };
  const tags = tagKey ? { tags: { sign: { key: 'TAG_KEY' } } } : {};
  await world.addProject('team', { change: { publish: { ...publish, github: app as never, statement, ...tags } } });

  const service = await world.service();
  await service.begin('publish', 'build');
  const run = await service.release('team');
  await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  servers.github.endAppTokens();
  await run.signOff();
  expect(await run.result()).toMatchObject({ outcome: 'released' });

  expect(servers.github.appTokens().length).toBeGreaterThan(1);
  const pull = await github<{ user: { login: string } }>(world, 'team', 'pulls/1');
  expect(pull.user.login).toBe('slipway-app[bot]');
  expect(existsSync(join(places.service, 'artifacts'))).toBe(false);
  expect(existsSync(join(places.service, 'archive'))).toBe(false);
  if (tagKey) {
    const signers = join(folder, 'signers');
    writeFileSync(signers, `slipway@localhost ${tagKey.publicKey}\n`);
    gitOn(world, 'team', '-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-tag', 'v1.1.0');
  }

  const [release] = await releasesOf(world, 'team');
  const assets = Object.fromEntries(
    release!.assets.map(({ name, browser_download_url }) => [name, browser_download_url]),
  );
  const read = async (name: string) => (await fetch(assets[name]!)).text();
  const { manifest } = await run.state();
  const envelope = JSON.parse(await read('team-1.1.0.intoto.jsonl'));
  const stated = opened(envelope, statementKey.publicKey);
  expect(await faultsOfStatement(folder, stated)).toBe('');
  expect(stated.subject.map(({ name, digest }) => [name, `sha256:${digest.sha256}`])).toEqual(
    manifest!.files.map(({ name, digest }) => [name, digest]),
  );
  expect(stated.predicate.runDetails.slipway_signOffs).toMatchObject([{ by: 'rita', manifest: manifest!.digest }]);
  expect(stated.predicate.runDetails.slipway_gates.map(({ id }) => id)).toContain('test.gate.imports');
  const bill = JSON.parse(await read('sbom.cdx.json'));
  expect(await faultsOfBill(folder, bill)).toBe('');
  expect(bill.components.map(({ name }: { name: string }) => name)).toContain('team');
  expect(JSON.stringify(bill)).not.toContain('file:');
  expect(Object.keys(assets)).toContain('release-record.json');

  const history = await service.client.workflow.getHandle('release:team:1.1.0').fetchHistory();
  expect(history.events!.length).toBeLessThan(400);
  const text = JSON.stringify(history, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : value,
  );
  const secrets = [keys.app.privateKey, statementKey.privateKey, tagKey?.key].flatMap(
    (key) => key?.split('\n')[1] ?? [],
  );
  for (const secret of [...secrets, ...servers.github.appTokens()]) expect(text).not.toContain(secret);
});

/** What is in the envelope, if the signature is by this key over these bytes. */
function opened(
  { payload, payloadType, signatures }: { payload: string; payloadType: string; signatures: { sig: string }[] },
  publicKey: string,
): ReleaseStatement {
  const body = Buffer.from(payload, 'base64');
  const head = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `);
  const signature = Buffer.from(signatures[0]!.sig, 'base64');
  expect(verify(null, Buffer.concat([head, body]), createPublicKey(publicKey), signature)).toBe(true);
  return JSON.parse(body.toString());
}
