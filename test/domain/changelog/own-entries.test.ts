import { expect, test } from 'vitest';
import { closeChangelog } from '../../../src/domain/changelog/close-changelog.ts';
import { rollForwardEntries } from '../../../src/domain/rollback-words.ts';

const tagged = (version: string) => ({ version, tag: `v${version}`, commit: 'c'.repeat(40) });
const entries = rollForwardEntries({
  rollback: 'rollback:sample:1.1.0',
  bad: tagged('1.1.0'),
  good: tagged('1.0.0'),
  reason: 'loses data\non Mondays',
});
const request = {
  ...{ path: 'CHANGELOG.md', package: 'sample', version: '1.1.1', date: '2026-03-05', tag: 'v1.1.1' },
  ...{ previousTag: 'v1.0.0', entries, keepUnreleased: true },
};
const ENTRY = 'Rolls back 1.1.0 to 1.0.0: loses data on Mondays';

test.each([
  [
    'below Unreleased, which stays',
    '# Changelog\n\n## Unreleased\n\n- Waits.\n\n## 1.0.0\n\n- Greets.\n',
    `# Changelog\n\n## Unreleased\n\n- Waits.\n\n## 1.1.1\n\n- ${ENTRY}\n\n## 1.0.0\n\n- Greets.\n`,
  ],
  [
    'on top where nothing waits',
    '# Changelog\n\n## 1.0.0\n\n- Greets.\n',
    `# Changelog\n\n## 1.1.1\n\n- ${ENTRY}\n\n## 1.0.0\n\n- Greets.\n`,
  ],
  [
    'under an empty Unreleased with its links',
    '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-02\n\n- Greets.\n\n[Unreleased]: https://github.com/a/s/compare/v1.0.0...HEAD\n[1.0.0]: https://github.com/a/s/releases/tag/v1.0.0\n',
    `# Changelog\n\n## [Unreleased]\n\n## [1.1.1] - 2026-03-05\n\n- ${ENTRY}\n\n## [1.0.0] - 2026-01-02\n\n- Greets.\n\n[Unreleased]: https://github.com/a/s/compare/v1.1.1...HEAD\n[1.1.1]: https://github.com/a/s/releases/tag/v1.1.1\n[1.0.0]: https://github.com/a/s/releases/tag/v1.0.0\n`,
  ],
  ['after an Unreleased that is all there is', '# Changelog\n\n## Unreleased\n\n- Waits.\n', null],
])('a version with entries of its own is written %s; a second time changes nothing', (_, text, after) => {
  const closed = closeChangelog({ ...request, text });
  if (after !== null) expect(closed.text).toBe(after);
  expect(closed.text).toContain(ENTRY);
  expect(closed.text.indexOf('Waits')).toBeLessThan(closed.text.indexOf(ENTRY));
  expect(closed.section).toContain(ENTRY);
  expect(closeChangelog({ ...request, text: closed.text }).text).toBe(closed.text);
});
