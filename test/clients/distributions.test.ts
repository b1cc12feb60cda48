import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { createDistributionReads } from '../../src/clients/distributions.ts';
import { differencesOf } from '../../src/domain/adoption/distribution-contents.ts';
import { sdist, wheel } from '../support/distribution.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-distributions-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { members, unpack } = createDistributionReads();

test('a wheel is read by its members', async () => {
  const read = await members(wheel(folder, { text: 'hello' }).file);
  expect([...read.keys()].toSorted()).toEqual([
    'sample-1.2.0.dist-info/METADATA',
    'sample-1.2.0.dist-info/RECORD',
    'sample-1.2.0.dist-info/WHEEL',
    'sample/__init__.py',
  ]);
  expect(Buffer.from(read.get('sample/__init__.py')!).toString()).toContain('# hello');
});

test("an sdist is read without its top folder, and another's clock is no difference", async () => {
  const first = await members((await sdist(folder, { text: 'same' })).file);
  expect([...first.keys()].toSorted()).toEqual(['PKG-INFO', 'pyproject.toml', 'sample/__init__.py']);
  const later = mkdtempSync(join(folder, 'later-'));
  expect(differencesOf(first, await members((await sdist(later, { text: 'same' })).file))).toEqual([]);
  const other = mkdtempSync(join(folder, 'other-'));
  expect(differencesOf(first, await members((await sdist(other, { text: 'changed' })).file))).toEqual([
    'sample/__init__.py differs',
  ]);
});

test('what is neither, or unpacks to more than there is room for, is refused', async () => {
  const broken = join(folder, 'broken-1.0.0-py3-none-any.whl');
  writeFileSync(broken, 'no zip');
  await expect(members(broken)).rejects.toMatchObject({ code: 'metadata-refused' });
  const { file: large } = wheel(folder, { text: 'x'.repeat(5000) });
  const { file: largeToo } = await sdist(folder, { text: 'x'.repeat(5000) });
  const small = createDistributionReads(1000);
  await expect(small.members(large)).rejects.toMatchObject({ code: 'metadata-refused' });
  await expect(small.members(largeToo)).rejects.toMatchObject({ code: 'metadata-refused' });
});

function zipped(name: string, paths: readonly string[]): string {
  const zip = join(folder, name);
  writeFileSync(zip, zipSync(Object.fromEntries(paths.map((path) => [path, strToU8(path)]))));
  return zip;
}

test('of an artifact only what is wanted is written, under its own name, and never outside of the folder', async () => {
  const into = mkdtempSync(join(folder, 'into-'));
  const zip = zipped('artifact.zip', ['dist/a.whl', '../../b.whl', 'log.txt', '/etc/passwd']);
  expect(await unpack(zip, into, (name) => name.endsWith('.whl'))).toEqual(['a.whl', 'b.whl']);
  expect(readdirSync(into)).toEqual(['a.whl', 'b.whl']);
});

test('an artifact with two files of one name, with a name that nobody gives, or that is no zip, is refused', async () => {
  const into = mkdtempSync(join(folder, 'refused-'));
  const whole = () => true;
  await expect(unpack(zipped('two.zip', ['x/a.whl', 'y/a.whl']), into, whole)).rejects.toThrow('two files named a.whl');
  await expect(unpack(zipped('odd.zip', ['a b.whl']), into, whole)).rejects.toMatchObject({
    code: 'built-file-refused',
  });
  const broken = join(folder, 'broken.zip');
  writeFileSync(broken, 'no zip');
  await expect(unpack(broken, into, whole)).rejects.toThrow('is no zip');
});
