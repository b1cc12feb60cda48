import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readApiConfig, readBuildWorkerConfig, readPublishWorkerConfig } from '../../src/config/service.ts';
import { output } from '../support/image/command.ts';
import { root } from '../support/imports.ts';

let scratch: string;
let folder: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'slipway-prepare-'));
  folder = join(scratch, 'deployment');
  await prepare();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('prepare.sh: run again, it touches nothing; what is missing it makes', async () => {
  const before = files();
  await prepare();
  expect(files()).toEqual(before);
  rmSync(join(folder, 'secrets/webhook-secret'));
  await prepare();
  const { 'secrets/webhook-secret': made, ...others } = files();
  const { 'secrets/webhook-secret': gone, ...same } = before;
  expect(others).toEqual(same);
  expect(made).not.toBe(gone);
});

test('prepare.sh: secrets are nobody else’s to read, and no two installations have the same', async () => {
  expect(statSync(join(folder, 'secrets')).mode & 0o077).toBe(0);
  const other = join(scratch, 'other');
  await output('sh', [join(root, 'deploy/prepare.sh'), other]);
  for (const name of ['postgres-password', 'webhook-secret', 'signing-key']) {
    expect(readFileSync(join(other, 'secrets', name), 'utf8')).not.toBe(files()[`secrets/${name}`]);
  }
});

test('the example configuration is taken as it is by the API and both workers, and production refuses what is unsigned', async () => {
  const places = { SLIPWAY_STATE: join(scratch, 'state'), TEMPORAL_ADDRESS: '127.0.0.1:7233' };
  await readBuildWorkerConfig({ ...places, SLIPWAY_CONFIG: join(folder, 'build-config') });
  const publish = { ...places, SLIPWAY_CONFIG: join(folder, 'config') };
  const { directory } = await readPublishWorkerConfig({ ...publish, SLIPWAY_CREDENTIALS: join(folder, 'secrets') });
  expect(await directory.signatures()).toMatchObject({ unsignedSignals: 'refuse' });

  // The API's container sees its secrets in /run/secrets.
  const api = join(scratch, 'api');
  mkdirSync(api);
  cpSync(join(folder, 'config'), api, { recursive: true });
  const text = readFileSync(join(api, 'slipway.yaml'), 'utf8');
  writeFileSync(join(api, 'slipway.yaml'), text.replaceAll('/run/secrets', join(folder, 'secrets')));
  const read = await readApiConfig({ ...places, SLIPWAY_CONFIG: api });
  expect(await read.directory.signingKey()).toBeDefined();
  expect(await read.directory.webhookSecret()).toMatch(/^[0-9a-f]{64}$/);
});

function prepare(): Promise<string> {
  return output('sh', [join(root, 'deploy/prepare.sh'), folder]);
}

function files(): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
