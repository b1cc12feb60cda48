import { describe, expect, test } from 'vitest';
import { type ChangelogRequest, closeChangelog } from '../../../src/domain/changelog/close-changelog.ts';
import { FORMS } from './forms.ts';

const BASE = {
  version: '1.2.0',
  date: '2026-03-05',
  tag: 'v1.2.0',
  previousTag: 'v1.1.0',
  package: 'acme-tool',
  entries: [
    { kind: 'added', entries: ['Reads `tabs` (#7)'] },
    { kind: 'fixed', entries: ['Keeps the order'] },
  ],
} satisfies Partial<ChangelogRequest>;

function close(path: string, text: string, more: Partial<ChangelogRequest> = {}) {
  return closeChangelog({ ...BASE, path, text, ...more });
}

describe('the new version is written in the form of the page', () => {
  for (const { name, path, before, after, section, empty = false, more } of FORMS) {
    test(name, () => {
      const closed = close(path, before, more);
      expect(closed.text).toBe(after);
      expect(closed.empty).toBe(empty);
      if (section !== undefined) expect(closed.section).toBe(section);
    });

    test(`${name}: a second time changes nothing`, () => {
      const closed = close(path, before, more);
      const again = close(path, closed.text, more);
      expect(again).toEqual({ text: closed.text, section: closed.section, empty: false });
    });

    test(`${name}: Windows line endings, a byte order mark and a missing last line end stay`, () => {
      const windows = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n').replace(/\r\n$/, '')}`;
      expect(close(path, windows(before), more).text).toBe(windows(after));
    });
  }
});

const KEPT = `# Changelog

## [Unreleased]

### Added

- Tabs

## [1.1.0] - 2026-01-09

### Fixed
- Old  
`;

test('older sections stay to the byte, trailing spaces and mixed line endings included', () => {
  const old = '## [1.1.0] - 2026-01-09\r\n\r\n### Fixed  \n\n* a\t\n\r\n\n\n## [1.0.0] - 2025-01-01\n- b';
  const closed = close('CHANGELOG.md', `# Changelog\n\n## [Unreleased]\n\n- c\n\n${old}`);
  expect(closed.text).toBe(`# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-03-05\n\n- c\n\n${old}`);
});

test('a pre-release closes nothing: its notes are what is unreleased', () => {
  const closed = close('CHANGELOG.md', KEPT, { version: '1.2.0-rc.1' });
  expect(closed).toEqual({ text: KEPT, section: '### Added\n\n- Tabs', empty: false });
});

test('an Unreleased section without an entry is empty, and the entries of the commits take its place', () => {
  for (const body of [
    '',
    '### Added\n\n### Fixed\n\n',
    'Nothing yet.\n\n',
    '- \n\n',
    '<!-- write here -->\n\n',
    '* TBD\n\n',
  ]) {
    const text = KEPT.replace('### Added\n\n- Tabs\n\n', body);
    const closed = close('CHANGELOG.md', text);
    expect(closed.empty, body).toBe(true);
    expect(closed.section, body).toBe('### Added\n- Reads `tabs` (#7)\n\n### Fixed\n- Keeps the order');
  }
});

test('an empty Unreleased section is in order when nothing was committed', () => {
  const text = KEPT.replace('### Added\n\n- Tabs\n\n', '');
  const closed = close('CHANGELOG.md', text, { entries: [] });
  expect(closed.empty).toBe(false);
  expect(closed.section).toBe('- No user-facing changes.');
});

test('entries under Unreleased beside a finished section of the same version: a person must say whose they are', () => {
  const text = KEPT.replace('## [1.1.0] - 2026-01-09', '## [1.2.0] - 2026-03-01\n\n- x\n\n## [1.1.0] - 2026-01-09');
  expect(() => close('CHANGELOG.md', text)).toThrow(/finished section for 1\.2\.0/);
});

test('a heading inside a code block or a comment is none', () => {
  const text = KEPT.replace('- Tabs', '- Tabs:\n\n```md\n## [1.1.5] - 2026-02-02\n```\n\n<!--\n## [9.0.0]\n-->');
  expect(close('CHANGELOG.md', text, { entries: [] }).section).toContain('## [1.1.5] - 2026-02-02');
});

test('notes carry the link definitions that they use', () => {
  const text = `${KEPT.replace('- Tabs', '- Tabs ([#7])')}\n[#7]: https://github.com/acme/tool/issues/7\n[#6]: https://github.com/acme/tool/issues/6\n`;
  expect(close('CHANGELOG.md', text).section).toBe(
    '### Added\n\n- Tabs ([#7])\n\n[#7]: https://github.com/acme/tool/issues/7',
  );
});

test('reStructuredText becomes Markdown in the notes, its words kept', () => {
  const text = `Changes
=======

Unreleased
----------

Features
~~~~~~~~

- \`\`read()\`\` takes :class:\`~acme.Tab\`, see :issue:\`7\` and
  \`the guide <https://acme.example/guide>\`_. Thanks :user:\`kim\`

.. code-block:: python

    read(tab)

.. not for readers

1.1.0 (2026-01-09)
------------------

- Old
`;
  expect(close('CHANGES.rst', text).section).toBe(`### Features

- \`read()\` takes \`acme.Tab\`, see #7 and
  [the guide](https://acme.example/guide). Thanks @kim

\`\`\`python
read(tab)
\`\`\``);
});
