import type { ChangelogRequest } from '../../../src/domain/changelog/close-changelog.ts';

interface Form {
  readonly name: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly section?: string;
  readonly empty?: boolean;
  readonly more?: Partial<ChangelogRequest>;
}

/** Look-alikes of the forms that projects use. */
export const FORMS: readonly Form[] = [
  {
    name: 'Keep a Changelog with compare links',
    path: 'CHANGELOG.md',
    before: `# Changelog

## [Unreleased]

### Added

- Tabs

## [1.1.0] - 2026-01-09

### Fixed

- Old

[Unreleased]: https://github.com/acme/tool/compare/v1.1.0...HEAD
[1.1.0]: https://github.com/acme/tool/compare/v1.0.0...v1.1.0
[1.0.0]: https://github.com/acme/tool/releases/tag/v1.0.0
`,
    after: `# Changelog

## [Unreleased]

## [1.2.0] - 2026-03-05

### Added

- Tabs

## [1.1.0] - 2026-01-09

### Fixed

- Old

[Unreleased]: https://github.com/acme/tool/compare/v1.2.0...HEAD
[1.2.0]: https://github.com/acme/tool/compare/v1.1.0...v1.2.0
[1.1.0]: https://github.com/acme/tool/compare/v1.0.0...v1.1.0
[1.0.0]: https://github.com/acme/tool/releases/tag/v1.0.0
`,
    section: '### Added\n\n- Tabs',
  },
  {
    name: 'Keep a Changelog whose links are written in the headings, two blank lines between releases',
    path: 'CHANGELOG.md',
    before: `# Changelog


## [Unreleased](https://git.example/acme/tool/compare/1.1.0...main)

- Tabs


## [1.1.0](https://git.example/acme/tool/compare/1.0.0...1.1.0) - 2026-01-09

- Old
`,
    after: `# Changelog


## [Unreleased](https://git.example/acme/tool/compare/1.2.0...main)


## [1.2.0](https://git.example/acme/tool/compare/1.1.0...1.2.0) - 2026-03-05

- Tabs


## [1.1.0](https://git.example/acme/tool/compare/1.0.0...1.1.0) - 2026-01-09

- Old
`,
    more: { tag: '1.2.0', previousTag: '1.1.0' },
  },
  {
    name: 'the first release of a Keep a Changelog page',
    path: 'CHANGELOG.md',
    before: `# Changelog

## [Unreleased]

- Tabs

[Unreleased]: https://github.com/acme/tool/compare/v0.1.0...HEAD
`,
    after: `# Changelog

## [Unreleased]

## [1.2.0] - 2026-03-05

- Tabs

[Unreleased]: https://github.com/acme/tool/compare/v1.2.0...HEAD
[1.2.0]: https://github.com/acme/tool/compare/v1.1.0...v1.2.0
`,
  },
  {
    name: 'Unreleased links kept although no release is linked below the newest',
    path: 'CHANGELOG.md',
    before: `## [Unreleased]
### Fixed
- Order

## [1.1.0] - 2026-01-09
### Fixed
- Old
`,
    after: `## [Unreleased]

## [1.2.0] - 2026-03-05
### Fixed
- Order

## [1.1.0] - 2026-01-09
### Fixed
- Old
`,
  },
  {
    name: '## X',
    path: 'CHANGES.md',
    before: '# Changes\n\n## Unreleased\n\n- Tabs\n\n## 1.1.0\n\n- Old\n\n## 1.0.0\n\n- Older\n',
    after: '# Changes\n\n## Unreleased\n\n## 1.2.0\n\n- Tabs\n\n## 1.1.0\n\n- Old\n\n## 1.0.0\n\n- Older\n',
  },
  {
    name: '## X (DATE), the date with an ordinal',
    path: 'CHANGELOG.md',
    before: '# Changelog\n\n## [UNRELEASED]\n\n* Tabs\n\n## 1.1.0 (6th December, 2025)\n\n* Old\n',
    after:
      '# Changelog\n\n## [UNRELEASED]\n\n## 1.2.0 (5th March, 2026)\n\n* Tabs\n\n## 1.1.0 (6th December, 2025)\n\n* Old\n',
  },
  {
    name: '# X without an Unreleased heading: a new section on top, in the project’s own headings and bullets',
    path: 'HISTORY.md',
    before: '# 1.1.0 (2026-01-09)\n\n## Bug fixes\n\n* Old\n\n# 1.0.0 (2025-01-09)\n\n## Features\n\n* Older\n',
    after: `# 1.2.0 (2026-03-05)

## Features

* Reads \`tabs\` (#7)

## Bug fixes

* Keeps the order

# 1.1.0 (2026-01-09)

## Bug fixes

* Old

# 1.0.0 (2025-01-09)

## Features

* Older
`,
    section: '## Features\n\n* Reads `tabs` (#7)\n\n## Bug fixes\n\n* Keeps the order',
  },
  {
    name: '## vX without groups: plain entries',
    path: 'CHANGELOG.md',
    before: '## v1.1.0 (2026-01-09)\n\n- Old\n\n## v1.0.0 (2025-01-09)\n\n- Older\n',
    after:
      '## v1.2.0 (2026-03-05)\n\n- Reads `tabs` (#7)\n- Keeps the order\n\n## v1.1.0 (2026-01-09)\n\n- Old\n\n## v1.0.0 (2025-01-09)\n\n- Older\n',
  },
  {
    name: '## Version X with the date on a line of its own',
    path: 'CHANGES.md',
    before: '## Version 1.2.0\n\nUnreleased\n\n- Tabs\n\n## Version 1.1.0\n\nReleased 2026-01-09\n\n- Old\n',
    after: '## Version 1.2.0\n\nReleased 2026-03-05\n\n- Tabs\n\n## Version 1.1.0\n\nReleased 2026-01-09\n\n- Old\n',
    section: '- Tabs',
  },
  {
    name: 'a version that was to be another one',
    path: 'CHANGES.md',
    before: '## Version 1.1.1\n\nUnreleased\n\n- Tabs\n\n## Version 1.1.0\n\nReleased 2026-01-09\n\n- Old\n',
    after: '## Version 1.2.0\n\nReleased 2026-03-05\n\n- Tabs\n\n## Version 1.1.0\n\nReleased 2026-01-09\n\n- Old\n',
  },
  {
    name: 'an emphasised date in words under the heading',
    path: 'CHANGELOG.md',
    before: '## 1.2.0\n\n_(unreleased)_\n\n- Tabs\n\n## 1.1.0\n\n_(July 17, 2025)_\n\n- Old\n',
    after: '## 1.2.0\n\n_(March 5, 2026)_\n\n- Tabs\n\n## 1.1.0\n\n_(July 17, 2025)_\n\n- Old\n',
  },
  {
    name: 'underlined Markdown headings and a "dev" that always holds an example',
    path: 'HISTORY.md',
    before: `Release History
===============

dev
---

- \\[Short description of non-trivial change.\\]
- Tabs

1.1.0 (2026-01-09)
------------------

- Old
`,
    after: `Release History
===============

dev
---

- \\[Short description of non-trivial change.\\]

1.2.0 (2026-03-05)
------------------

- Tabs

1.1.0 (2026-01-09)
------------------

- Old
`,
    section: '- Tabs',
  },
  {
    name: 'bold lines as headings',
    path: 'CHANGELOG.md',
    before: '**Unreleased**\n\n- Tabs\n\n**1.1.0** (Jan 9, 2026)\n\n- Old\n',
    after: '**Unreleased**\n\n**1.2.0** (Mar 5, 2026)\n\n- Tabs\n\n**1.1.0** (Jan 9, 2026)\n\n- Old\n',
  },
  {
    name: 'a skeleton of headings and comments stays for what comes next; the release keeps what was written',
    path: 'CHANGES.md',
    before: `# Change Log

## Unreleased

<!-- Name the pull request -->

### Highlights

<!-- What matters most -->

### Style

<!-- How it looks -->

- Tabs

### Parser

## 1.1.0

### Style

- Old
`,
    after: `# Change Log

## Unreleased

<!-- Name the pull request -->

### Highlights

<!-- What matters most -->

### Style

<!-- How it looks -->

### Parser

## 1.2.0

### Style

- Tabs

## 1.1.0

### Style

- Old
`,
    section: '### Style\n\n- Tabs',
  },
  {
    name: 'reStructuredText titles with the date in brackets',
    path: 'HISTORY.rst',
    before: `History
=======

1.2.0 (unreleased)
------------------

- Tabs


1.1 (2026-01-09)
----------------

- Old
`,
    after: `History
=======

1.2.0 (2026-03-05)
------------------

- Tabs


1.1 (2026-01-09)
----------------

- Old
`,
  },
  {
    name: 'a version in development written short stays short, its underline fitted',
    path: 'CHANGES.rst',
    before: `Changes
*******

1.2 (in development)
^^^^^^^^^^^^^^^^^^^^

* Tabs

1.1 (2026-01-09)
^^^^^^^^^^^^^^^^

* Old
`,
    after: `Changes
*******

1.2 (2026-03-05)
^^^^^^^^^^^^^^^^

* Tabs

1.1 (2026-01-09)
^^^^^^^^^^^^^^^^

* Old
`,
  },
  {
    name: 'a title between two lines, indented by one',
    path: 'CHANGELOG.rst',
    before: `####################
 1.1.0 (2026-01-09)
####################

**********
 Features
**********

- Old
`,
    after: `####################
 1.2.0 (2026-03-05)
####################

**********
 Features
**********

- Reads \`\`tabs\`\` (#7)

*******
 Fixed
*******

- Keeps the order

####################
 1.1.0 (2026-01-09)
####################

**********
 Features
**********

- Old
`,
  },
  {
    name: 'Click and Flask: "Version X", the underline, and "Unreleased" below',
    path: 'CHANGES.rst',
    before: `Version 1.2.0
-------------

Unreleased

-   Tabs


Version 1.1.10
--------------

Released 2026-01-09

-   Old
`,
    after: `Version 1.2.0
-------------

Released 2026-03-05

-   Tabs


Version 1.1.10
--------------

Released 2026-01-09

-   Old
`,
  },
  {
    name: 'linked reStructuredText titles that are compared',
    path: 'CHANGELOG.rst',
    before: `Changelog
=========

\`Unreleased <https://github.com/acme/tool/compare/1.1.0...HEAD>\`__
------------------------------------------------------------------

- Tabs

\`v1.1.0 <https://github.com/acme/tool/compare/1.0.0...1.1.0>\`__
---------------------------------------------------------------

- Old

\`v1.0.0 <https://github.com/acme/tool/compare/0.9.0...1.0.0>\`__
---------------------------------------------------------------

- Older
`,
    after: `Changelog
=========

\`Unreleased <https://github.com/acme/tool/compare/1.2.0...HEAD>\`__
------------------------------------------------------------------

\`v1.2.0 <https://github.com/acme/tool/compare/1.1.0...1.2.0>\`__
---------------------------------------------------------------

- Tabs

\`v1.1.0 <https://github.com/acme/tool/compare/1.0.0...1.1.0>\`__
---------------------------------------------------------------

- Old

\`v1.0.0 <https://github.com/acme/tool/compare/0.9.0...1.0.0>\`__
---------------------------------------------------------------

- Older
`,
    more: { tag: '1.2.0', previousTag: '1.1.0' },
  },
  {
    name: 'a label above each title',
    path: 'docs/changelog.rst',
    before: `.. _v1-1-0:

1.1.0 - January 9, 2026
=======================

* Old
`,
    after: `.. _v1-2-0:

1.2.0 - March 5, 2026
=====================

* Reads \`\`tabs\`\` (#7)
* Keeps the order

.. _v1-1-0:

1.1.0 - January 9, 2026
=======================

* Old
`,
  },
  {
    name: 'a plain file with underlined titles and "Development Version"',
    path: 'CHANGELOG',
    before: `Development Version
-------------------

* Tabs


Release 1.1.0 (Jan 09, 2026)
----------------------------

* Old
`,
    after: `Development Version
-------------------


Release 1.2.0 (Mar 05, 2026)
----------------------------

* Tabs


Release 1.1.0 (Jan 09, 2026)
----------------------------

* Old
`,
  },
  {
    name: 'the package’s name before the version',
    path: 'NEWS.txt',
    before: 'acme_tool 1.1.0 (2026-01-09)\n============================\n\n- Old\n',
    after: `acme_tool 1.2.0 (2026-03-05)
============================

- Reads \`\`tabs\`\` (#7)
- Keeps the order

acme_tool 1.1.0 (2026-01-09)
============================

- Old
`,
  },
  {
    name: 'a development version as heading is finalised',
    path: 'CHANGES.md',
    before: '## 1.2.0.dev0\n\n- Tabs\n\n## 1.1.0\n\n- Old\n',
    after: '## 1.2.0\n\n- Tabs\n\n## 1.1.0\n\n- Old\n',
  },
  {
    name: 'the very version is there, undated where others have dates',
    path: 'CHANGELOG.md',
    before: '## 1.2.0\n\n- Tabs\n\n## 1.1.0 - 2026/01/09\n\n- Old\n',
    after: '## 1.2.0 - 2026/03/05\n\n- Tabs\n\n## 1.1.0 - 2026/01/09\n\n- Old\n',
  },
  {
    name: 'a code name and a yank belong to their own releases',
    path: 'CHANGELOG.md',
    before:
      '## Next\n\n- Tabs\n\n## 1.1.0 (2026-01-09) "Otter"\n\n- Old\n\n## 1.0.0 (2025-01-09) [YANKED]\n\n- Older\n',
    after:
      '## Next\n\n## 1.2.0 (2026-03-05)\n\n- Tabs\n\n## 1.1.0 (2026-01-09) "Otter"\n\n- Old\n\n## 1.0.0 (2025-01-09) [YANKED]\n\n- Older\n',
  },
  {
    name: 'a page that holds its title alone',
    path: 'CHANGELOG.md',
    before: '# Changelog\n\nAll notable changes.\n',
    after:
      '# Changelog\n\nAll notable changes.\n\n## 1.2.0 - 2026-03-05\n\n### Added\n\n- Reads `tabs` (#7)\n\n### Fixed\n\n- Keeps the order\n',
  },
  {
    name: 'a first dated section: "X (unreleased)" with nothing to copy from',
    path: 'CHANGES.rst',
    before: 'Changes\n=======\n\n1.2.0 (unreleased)\n------------------\n\n- Tabs\n',
    after: 'Changes\n=======\n\n1.2.0 (2026-03-05)\n------------------\n\n- Tabs\n',
  },
  {
    name: 'a first release at the end of the page, with nothing written',
    path: 'CHANGELOG.md',
    before: '# Changelog\n\n## [Unreleased]\n',
    after:
      '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-03-05\n\n### Added\n\n- Reads `tabs` (#7)\n\n### Fixed\n\n- Keeps the order\n',
    empty: true,
  },
  {
    name: 'no blank line anywhere',
    path: 'CHANGELOG.md',
    before: '# Changelog\n## Unreleased\n- Tabs\n## 1.1.0\n- Old\n',
    after: '# Changelog\n## Unreleased\n## 1.2.0\n- Tabs\n## 1.1.0\n- Old\n',
  },
  {
    name: 'GitLab’s links, and a release that is linked to its tag',
    path: 'CHANGELOG.md',
    before:
      '## [Unreleased]\n\n- Tabs\n\n## [1.1.0] - 2026-01-09\n\n- Old\n\n[unreleased]: https://gitlab.com/acme/tool/-/compare/v1.1.0...main\n[1.1.0]: https://gitlab.com/acme/tool/-/tags/v1.1.0\n',
    after:
      '## [Unreleased]\n\n## [1.2.0] - 2026-03-05\n\n- Tabs\n\n## [1.1.0] - 2026-01-09\n\n- Old\n\n[unreleased]: https://gitlab.com/acme/tool/-/compare/v1.2.0...main\n[1.2.0]: https://gitlab.com/acme/tool/-/tags/v1.2.0\n[1.1.0]: https://gitlab.com/acme/tool/-/tags/v1.1.0\n',
  },
  {
    name: 'links to releases without one for Unreleased',
    path: 'CHANGELOG.md',
    before:
      '## Unreleased\n\n- Tabs\n\n## [v1.1.0] - 2026-01-09\n\n- Old\n\n[v1.1.0]: https://github.com/acme/tool/releases/tag/v1.1.0\n',
    after:
      '## Unreleased\n\n## [v1.2.0] - 2026-03-05\n\n- Tabs\n\n## [v1.1.0] - 2026-01-09\n\n- Old\n\n[v1.2.0]: https://github.com/acme/tool/releases/tag/v1.2.0\n[v1.1.0]: https://github.com/acme/tool/releases/tag/v1.1.0\n',
  },
  {
    name: 'linked headings of a tool that makes minor releases larger than patches',
    path: 'CHANGELOG.md',
    before: `## [1.1.0](https://github.com/acme/tool/compare/v1.0.0...v1.1.0) (2026-01-09)


### Features

* **core:** old

# [1.0.0](https://github.com/acme/tool/compare/v0.9.0...v1.0.0) (2025-01-09)

### Bug Fixes

* older
`,
    after: `## [1.2.0](https://github.com/acme/tool/compare/v1.1.0...v1.2.0) (2026-03-05)


### Features

* Reads \`tabs\` (#7)

### Bug Fixes

* Keeps the order

## [1.1.0](https://github.com/acme/tool/compare/v1.0.0...v1.1.0) (2026-01-09)


### Features

* **core:** old

# [1.0.0](https://github.com/acme/tool/compare/v0.9.0...v1.0.0) (2025-01-09)

### Bug Fixes

* older
`,
  },
  {
    name: 'an anchor above each heading',
    path: 'CHANGELOG.md',
    before: '# Changelog\n\n<a name="v1.1.0"></a>\n## v1.1.0 (2026-01-09)\n\n- Old\n',
    after:
      '# Changelog\n\n<a name="v1.2.0"></a>\n## v1.2.0 (2026-03-05)\n\n- Reads `tabs` (#7)\n- Keeps the order\n\n<a name="v1.1.0"></a>\n## v1.1.0 (2026-01-09)\n\n- Old\n',
  },
  {
    name: 'reStructuredText references with their targets at the foot',
    path: 'CHANGES.rst',
    before: `\`Unreleased\`_
-------------

- Tabs

\`1.1.0\`_ - 2026-01-09
---------------------

- Old

.. _Unreleased: https://github.com/acme/tool/compare/1.1.0...HEAD
.. _1.1.0: https://github.com/acme/tool/compare/1.0.0...1.1.0
`,
    after: `\`Unreleased\`_
-------------

\`1.2.0\`_ - 2026-03-05
---------------------

- Tabs

\`1.1.0\`_ - 2026-01-09
---------------------

- Old

.. _Unreleased: https://github.com/acme/tool/compare/1.2.0...HEAD
.. _1.2.0: https://github.com/acme/tool/compare/1.1.0...1.2.0
.. _1.1.0: https://github.com/acme/tool/compare/1.0.0...1.1.0
`,
    more: { tag: '1.2.0', previousTag: '1.1.0' },
  },
  {
    name: 'a plain file without any markup',
    path: 'CHANGES',
    before: '1.2.0 (unreleased)\n  * Tabs\n\n1.1.0 (2026-01-09)\n  * Old\n',
    after: '1.2.0 (2026-03-05)\n  * Tabs\n\n1.1.0 (2026-01-09)\n  * Old\n',
  },
];
