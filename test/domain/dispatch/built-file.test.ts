import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type BuiltFile, faultsOfBuilt } from '../../../src/domain/dispatch/built-file.ts';
import { fitsMachine, isForSomeMachines } from '../../../src/domain/dispatch/fits-machine.ts';

const WANTED = { package: 'My.Sample', version: '1.2.0-rc.1', sdist: true };
const INFO = 'my_sample-1.2.0rc1.dist-info';
const METADATA = 'Metadata-Version: 2.1\nName: my-sample\nVersion: 1.2.0rc1\n\nVersion: 9\n';
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

function file(name: string, texts: Record<string, string>): BuiltFile {
  const members = new Map(
    Object.entries(texts).map(([path, text]) => [path, { size: text.length, sha256: hash(text) }]),
  );
  return { name, members, text: (path) => texts[path] };
}

function wheel(
  change: Record<string, string | undefined> = {},
  name = 'my_sample-1.2.0rc1-cp311-cp311-manylinux_2_28_x86_64.whl',
) {
  const tag = name.replace('.whl', '').split('-').slice(-3).join('-');
  const plain: Record<string, string> = {
    'my_sample/__init__.py': 'x = 1\n',
    'my_sample/a,b.txt': 'comma',
    [`${INFO}/METADATA`]: METADATA,
    [`${INFO}/WHEEL`]: `Wheel-Version: 1.0\nTag: ${tag}\n`,
  };
  const rows = Object.entries(plain).map(([path, text]) => `"${path}",sha256=${hash(text)},${text.length}`);
  const all = { ...plain, [`${INFO}/RECORD`]: `${rows.join('\n')}\n${INFO}/RECORD,,\n`, ...change };
  return file(
    name,
    Object.fromEntries(Object.entries(all).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))),
  );
}

test('a wheel that is what its name says has no faults', () => {
  expect(faultsOfBuilt(wheel(), WANTED)).toEqual([]);
});

test.each<[string, BuiltFile, RegExp]>([
  ['another package in its name', wheel({}, 'other-1.2.0rc1-py3-none-any.whl'), /is named other/],
  ['another version in its name', wheel({}, 'my_sample-1.2.0-py3-none-any.whl'), /is named 1\.2\.0, not 1\.2\.0rc1/],
  ['a name that the index does not take', wheel({}, 'my.sample-1.2.0rc1-py3-none-any.whl'), /my_sample-…/],
  ['no name of a wheel', wheel({}, 'my_sample.whl'), /no name of a wheel/],
  [
    'a platform that the index does not take',
    wheel({}, 'my_sample-1.2.0rc1-cp311-cp311-linux_x86_64.whl'),
    /auditwheel/,
  ],
  [
    'another version in its metadata',
    wheel({ [`${INFO}/METADATA`]: METADATA.replace('rc1', 'rc2') }),
    /says 1\.2\.0rc2/,
  ],
  ['no RECORD', wheel({ [`${INFO}/RECORD`]: undefined }), /lacks .*RECORD/],
  [
    'other bytes than its RECORD says',
    wheel({ 'my_sample/__init__.py': 'x = 2\n' }),
    /another my_sample\/__init__\.py/,
  ],
  [
    'a file that its RECORD does not list',
    wheel({ 'surprise.pth': 'import os' }),
    /surprise\.pth, which its RECORD does not list/,
  ],
  ['a file less than its RECORD lists', wheel({ 'my_sample/__init__.py': undefined }), /lists my_sample\/__init__\.py/],
  [
    'other tags in WHEEL than in its name',
    wheel({ [`${INFO}/WHEEL`]: 'Tag: py3-none-any\n' }),
    /says py3-none-any in WHEEL/,
  ],
  ['a path that leads out', wheel({ '../evil.py': 'x' }), /leads out of it/],
  ['an absolute path', wheel({ '/etc/evil': 'x' }), /leads out of it/],
])('%s is refused', (_, built, expected) => {
  expect(faultsOfBuilt(built, WANTED).join('; ')).toMatch(expected);
});

test('a source distribution is looked into as well, and only where the workflow is to make it', () => {
  const sdist = file('my_sample-1.2.0rc1.tar.gz', { 'PKG-INFO': METADATA, 'pyproject.toml': '' });
  expect(faultsOfBuilt(sdist, WANTED)).toEqual([]);
  expect(faultsOfBuilt(sdist, { ...WANTED, sdist: false })).toEqual([expect.stringContaining('build.sdist')]);
  expect(faultsOfBuilt(file('my_sample-1.2.0rc1.tar.gz', {}), WANTED)).toEqual([
    expect.stringContaining('lacks PKG-INFO'),
  ]);
});

test.each([
  ['sample-1.0-py3-none-any.whl', true],
  ['sample-1.0-cp311-cp311-manylinux_2_28_x86_64.whl', true],
  ['sample-1.0-cp39-abi3-manylinux2014_x86_64.whl', true],
  ['sample-1.0-py3-none-win_amd64.whl', false],
  ['sample-1.0-cp312-cp312-manylinux_2_28_x86_64.whl', false],
  ['sample-1.0-cp311-cp311-manylinux_2_28_aarch64.whl', false],
  ['sample-1.0-cp311-cp311-musllinux_1_2_x86_64.whl', false],
])('%s is tried on Linux x64 with Python 3.11: %s', (name, expected) => {
  expect(fitsMachine(name, { platform: 'linux', arch: 'x64', python: '3.11.2' })).toBe(expected);
  expect(isForSomeMachines(name)).toBe(!name.includes('none-any'));
});
