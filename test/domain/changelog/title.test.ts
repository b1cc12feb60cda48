import { describe, expect, test } from 'vitest';
import { findDate, writeDate } from '../../../src/domain/changelog/dates.ts';
import { readTitle } from '../../../src/domain/changelog/title.ts';

describe('headings that say "not released yet"', () => {
  test.each([
    ...[
      'Unreleased',
      '[Unreleased]',
      '[UNRELEASED]',
      'unreleased',
      '(unreleased)',
      'Unreleased changes',
      'Unreleased:',
    ],
    ...['dev', 'Dev', 'develop', 'Development', 'Development Version', 'In development', 'Under development'],
    ...['main', 'master', 'trunk', 'HEAD', 'git main', 'Main (unreleased)', 'main branch'],
    ...['Next', 'Next release', 'Next version', 'NEXT', 'Upcoming', 'Upcoming changes', 'Upcoming release', 'Future'],
    ...['Latest Changes', 'Current', 'TBD', 'TBA', 'WIP', 'Work in progress', 'Not yet released', 'To be released'],
    ...[
      'X.Y.Z',
      'x.x.x',
      '**Unreleased**',
      '`Unreleased`',
      '🚧 Unreleased',
      '---Unreleased---',
      'Pending',
      'Coming soon',
    ],
    ...['[Unreleased](https://github.com/acme/tool/compare/v1.1.0...HEAD)', 'acme-tool (unreleased)'],
    '`Unreleased <https://github.com/acme/tool/compare/1.1.0...HEAD>`__',
  ])('%s', (text) => {
    expect(readTitle(text, 'acme-tool')).toMatchObject({ kind: 'unreleased' });
    expect(readTitle(text, 'acme-tool')).not.toHaveProperty('version');
  });

  test.each([
    ['1.2.0 (unreleased)', '1.2.0'],
    ['[1.2.0] - Unreleased', '1.2.0'],
    ['1.2 (in development)', '1.2'],
    ['v1.2.0 - TBD', '1.2.0'],
    ['1.2.0 (2026-xx-xx)', '1.2.0'],
    ['1.2.0 (20XX-XX-XX)', '1.2.0'],
    ['1.2.0 - YYYY-MM-DD', '1.2.0'],
    ['1.2.0 (????-??-??)', '1.2.0'],
    ['1.2.0 (not yet released)', '1.2.0'],
    ['Unreleased (1.2.0)', '1.2.0'],
    ['Upcoming 1.2.0', '1.2.0'],
    ['1.2.0.dev0', '1.2.0.dev0'],
    ['1.2.0-dev', '1.2.0-dev'],
    ['1.2.0-SNAPSHOT', '1.2.0-SNAPSHOT'],
  ])('%s, which is to be %s', (text, version) => {
    expect(readTitle(text, 'acme-tool')).toMatchObject({ kind: 'unreleased', version });
  });
});

test.each([
  ['1.2.0', '1.2.0', undefined],
  ['v1.2.0', '1.2.0', undefined],
  ['Version 1.2.0', '1.2.0', undefined],
  ['Release 1.2.0 (Aug 13, 2026)', '1.2.0', 'Aug 13, 2026'],
  ['[1.2.0] - 2026-03-05', '1.2.0', '2026-03-05'],
  ['1.2.0 — 5th March, 2026', '1.2.0', '5th March, 2026'],
  ['Acme Tool 1.2.0, released on 2026/03/05', '1.2.0', '2026/03/05'],
  ['2026.3.1 (2026-03-05)', '2026.3.1', '2026-03-05'],
  ['1.2.0rc1 (2026-03-05)', '1.2.0rc1', '2026-03-05'],
])('heading: %s is the release %s', (text, version, date) => {
  expect(readTitle(text, 'acme-tool')).toMatchObject({
    kind: 'release',
    version,
    ...(date === undefined ? {} : { date }),
  });
});

test.each([
  ...[
    'Added',
    'Breaking changes',
    'Python 3.9',
    'Drop Python 3.9 support',
    '3.9 is gone',
    'Release notes',
    'Changelog',
  ],
  ...['Security', 'Upgrading from 1.x to 2.0.0', 'other-tool 1.2.0', 'Version 2.4.x'],
])('heading: %s is no release', (text) => {
  expect(readTitle(text, 'acme-tool').kind).toBe('other');
});

test.each([
  ['2026-02-19', '2026-03-05'],
  ['2026/02/19', '2026/03/05'],
  ['19.02.2026', '05.03.2026'],
  ['19/02/2026', '05/03/2026'],
  ['02/19/2026', '03/05/2026'],
  ['February 19, 2026', 'March 5, 2026'],
  ['February 09, 2026', 'March 05, 2026'],
  ['Feb 19, 2026', 'Mar 5, 2026'],
  ['19 February 2026', '5 March 2026'],
  ['19th February, 2026', '5th March, 2026'],
  ['Thu, 19 Feb 2026', 'Thu, 5 Mar 2026'],
  ['February 2026', 'March 2026'],
  ['FEB 19, 2026', 'MAR 5, 2026'],
])('date: after %s the next is written %s', (sample, expected) => {
  expect(findDate(`1.2.0 (${sample})`)).toBe(sample);
  expect(writeDate('2026-03-05', sample)).toBe(expected);
});

test('date: other dates of the page settle what one leaves open', () => {
  expect(writeDate('2026-03-05', 'May 19, 2026', ['June 2, 2025'])).toBe('March 5, 2026');
  expect(writeDate('2026-03-05', '03/02/2026', ['25/12/2025'])).toBe('05/03/2026');
  expect(writeDate('2026-03-05', 'Feb 19, 2026', ['Jan 07, 2026', 'Dec 8, 2025'])).toBe('Mar 05, 2026');
});

test.each([
  ['2026-03-01', '1st'],
  ['2026-03-02', '2nd'],
  ['2026-03-03', '3rd'],
  ['2026-03-11', '11th'],
  ['2026-03-22', '22nd'],
])('date: %s is the %s', (date, day) => {
  expect(writeDate(date, '19th February, 2026')).toBe(`${day} March, 2026`);
});
