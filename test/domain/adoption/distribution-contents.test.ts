import { expect, test } from 'vitest';
import { differencesOf, type Members } from '../../../src/domain/adoption/distribution-contents.ts';

const members = (texts: Readonly<Record<string, string>>): Members =>
  new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));

const WHEEL = {
  'sample/__init__.py': '__version__ = "1.1.0"\n',
  'sample-1.1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: sample\nVersion: 1.1.0\n\nHello.\n',
  'sample-1.1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nGenerator: setuptools (75.1.0)\nTag: py3-none-any\n',
  'sample-1.1.0.dist-info/RECORD': 'sample/__init__.py,sha256=a,1\n',
};

test.each<[string, Record<string, string>, string[]]>([
  ['the same', {}, []],
  ['another list of what is in it', { 'sample-1.1.0.dist-info/RECORD': 'in another order' }, []],
  [
    'another release of the build tool',
    {
      'sample-1.1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nGenerator: setuptools (80.9.0)\nTag: py3-none-any\n',
      'sample-1.1.0.dist-info/METADATA':
        'Metadata-Version: 2.4\nVersion: 1.1.0\nName: sample\nDynamic: license-file\n\nHello.\n\n',
    },
    [],
  ],
  ['a changed module', { 'sample/__init__.py': '__version__ = "1.1.0" # x\n' }, ['sample/__init__.py differs']],
  ['one more module', { 'sample/more.py': '' }, ['sample/more.py is missing there']],
  [
    'another requirement',
    {
      'sample-1.1.0.dist-info/METADATA': `${WHEEL['sample-1.1.0.dist-info/METADATA'].replace('\n\n', '\nRequires-Dist: x\n\n')}`,
    },
    ['sample-1.1.0.dist-info/METADATA differs'],
  ],
  [
    'another description',
    { 'sample-1.1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: sample\nVersion: 1.1.0\n\nBye.\n' },
    ['sample-1.1.0.dist-info/METADATA differs'],
  ],
  [
    'another tag of the wheel',
    { 'sample-1.1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nGenerator: x\nTag: cp311-none-any\n' },
    ['sample-1.1.0.dist-info/WHEEL differs'],
  ],
])('two files of one name: %s', (_what, change, differences) => {
  expect(differencesOf(members(WHEEL), members({ ...WHEEL, ...change }))).toEqual(differences);
});

test('a module that only the file that is out has is a difference too', () => {
  expect(differencesOf(members({ ...WHEEL, 'sample/evil.py': '' }), members(WHEEL))).toEqual([
    'sample/evil.py is only there',
  ]);
});
