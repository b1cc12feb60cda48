import { expect, test } from 'vitest';
import { isWhatWasResolved, readResolution, resolverInput } from '../../src/clients/builder/resolution.ts';

const SAID = `--index-url https://index.example/simple

-e .
./other
attrs==25.1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
tool @ https://example.org/tool.whl \\
    --hash=sha256:cc
torch==2.3.0+cpu \\
    --hash=sha256:dd
unhashed==1.0
`;

test.each([
  [['-e', '.[test]', 'pytest>=8'], { lines: ['-e .[test]', 'pytest>=8'], args: [], refreshed: [] }],
  [['--group', 'dev', '--pre', '.'], { lines: ['.'], args: ['--group', 'dev', '--pre'], refreshed: [] }],
  [['-r', 'dev.txt', '-c', 'limits.txt'], { lines: [], args: ['dev.txt', '-c', 'limits.txt'], refreshed: [] }],
  [
    ['--index', 'https://i.example', '--refresh-package', 'one', 'one==1.0'],
    {
      lines: ['one==1.0'],
      args: ['--index', 'https://i.example', '--refresh-package', 'one'],
      refreshed: ['one'],
    },
  ],
])('resolver: %j mean the same to it', (install, input) => {
  expect(resolverInput(install)).toEqual(input);
});

test.each([
  ['--no-index', 'one'],
  ['-f', 'wheels', 'one'],
  ['--config-settings', 'a=b', '.'],
  ['--index-url=https://i.example', 'one'],
  ['one', '-r'],
])('resolver: %s %s is left to the installer', (...install) => {
  expect(resolverInput(install)).toBeUndefined();
});

test('resolution: only what an index has under a name, a version and hashes is kept, with the index', () => {
  const { locked, others } = readResolution(SAID);
  expect(locked.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    '--index-url https://index.example/simple',
    'attrs==25.1.0 --hash=sha256:aa --hash=sha256:bb',
    'torch==2.3.0+cpu --hash=sha256:dd',
    '',
  ]);
  expect(others).toBe(4);
});

test('resolution: what must be asked for anew is not kept', () => {
  expect(readResolution(SAID, ['Attrs']).locked).not.toContain('attrs');
  expect(readResolution(SAID, ['Attrs']).pinned).toHaveLength(2);
});

test.each([
  ['as resolved', 'attrs==25.1.0\nsample==1\nother==2\ntool==3\ntorch==2.3.0+cpu\nunhashed==1.0\n', true],
  ['one version differs', 'attrs==25.2.0\nsample==1\nother==2\ntool==3\ntorch==2.3.0+cpu\nunhashed==1.0\n', false],
  ['one is missing', 'sample==1\nother==2\ntool==3\ntorch==2.3.0+cpu\nunhashed==1.0\n', false],
  ['one is too many', 'attrs==25.1.0\nsample==1\nother==2\ntool==3\ntorch==2.3.0+cpu\nunhashed==1.0\nmore==1\n', false],
])('resolution: an environment is compared with it: %s', (_, freeze, same) => {
  expect(isWhatWasResolved(freeze, readResolution(SAID))).toBe(same);
});
