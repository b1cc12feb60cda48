import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { BuildDeps } from '../../src/activities/build/deps.ts';
import { billOfMaterials } from '../../src/activities/build/sbom.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createBuilder } from '../../src/clients/builder/builder.ts';
import { wheel } from '../support/distribution.ts';
import { pythonTools } from '../support/python-tools.ts';
import { faultsOfBill } from '../support/validate.ts';

const root = mkdtempSync(join(tmpdir(), 'bill-'));
const store = createArtifactStore(join(root, 'store'));
const builder = (tools: string | undefined) =>
  createBuilder({ store, tools, cache: join(root, 'cache'), scratch: join(root, 'scratch') });
const depsWith = (tools: string | undefined) => ({ builder: builder(tools), store }) as unknown as BuildDeps;

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('bill of materials: what the clean environment holds, the same each time, and nothing of the folder that it was in', async () => {
  const { file } = wheel(root, { name: 'sample', version: '1.2.0' });
  const bills: string[] = [];
  for (const name of ['one', 'two']) {
    const venv = join(root, name);
    await builder(pythonTools).environment(venv, { python: null, cwd: root, install: [file] });
    const bill = await billOfMaterials(depsWith(pythonTools), { name: 'sample', venv, cwd: root });
    expect(bill).toMatchObject({ name: 'sbom.cdx.json' });
    bills.push(await store.text(bill!.digest));
  }
  expect(bills[1]).toBe(bills[0]);
  expect(bills[0]).not.toContain(root);
  const bill = JSON.parse(bills[0]!);
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(bill.components).toMatchObject([{ name: 'sample', version: '1.2.0' }]);
  expect(await faultsOfBill(root, bill)).toBe('');
  expect(await faultsOfBill(root, { ...bill, components: [{ name: 'x' }] })).not.toBe('');
}, 180_000);

test('bill of materials: a worker without the program makes none, and goes on', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/usr/bin:/bin';
  try {
    expect(await billOfMaterials(depsWith(undefined), { name: 'sample', venv: root, cwd: root })).toBeNull();
  } finally {
    process.env.PATH = path;
  }
});
