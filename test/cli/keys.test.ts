import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDirectory } from '../../src/config/directory.ts';
import { slipway } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("keys new: what it prints is what slipway.yaml takes, and the private key is its owner's alone", async () => {
  const { out, code } = await slipway(['keys', 'new', folder, '--kid', 'spring']);
  expect(code).toBe(0);
  const file = join(folder, 'spring.key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(out).not.toContain('PRIVATE KEY');
  writeFileSync(join(folder, 'slipway.yaml'), out);
  const directory = openDirectory(folder);
  expect(await directory.signingKey()).toMatchObject({ kid: 'spring' });
  const { publicKey } = (await directory.signatures()).keys.spring!;
  const { x = '' } = createPublicKey(createPrivateKey(readFileSync(file))).export({ format: 'jwk' });
  expect(publicKey).toBe(Buffer.from(x, 'base64url').toString('hex'));
});

test('keys new: a key that is there is never written over', async () => {
  const before = readFileSync(join(folder, 'spring.key'));
  const { err, code } = await slipway(['keys', 'new', folder, '--kid', 'spring']);
  expect(code).toBe(1);
  expect(err).toMatch(/spring\.key cannot be written \(EEXIST\)/);
  expect(readFileSync(join(folder, 'spring.key'))).toEqual(before);
});
