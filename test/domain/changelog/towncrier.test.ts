import { expect, test } from 'vitest';
import { towncrierPlan } from '../../../src/domain/changelog/towncrier.ts';
import { fragmentsAsMarkdown, newsSection } from '../../../src/domain/changelog/towncrier-news.ts';
import { treeWith } from '../tree-with.ts';

const ASKED = { version: '1.2.0', date: '2026-03-05' };

test('towncrier: no settings, no plan', () => {
  expect(towncrierPlan(treeWith({ 'pyproject.toml': '[project]\nname = "acme"\n' }), ASKED)).toBeUndefined();
});

test('towncrier: fragments are what it takes for news, in the folder that the project names', () => {
  const tree = treeWith({
    'pyproject.toml': '[tool.towncrier]\ndirectory = "changes"\nfilename = "NEWS.md"\nignore = ["Guide.md"]\n',
    'changes/7.feature.md': '',
    'changes/8.bugfix.1.md': '',
    'changes/+words.misc': '',
    'changes/README.md': '',
    'changes/template.md': '',
    'changes/.gitignore': '',
    'changes/guide.md': '',
    'changes/9.unknown.md': '',
    'other/10.feature.md': '',
  });
  expect(towncrierPlan(tree, ASKED)).toEqual({
    folder: '',
    news: 'NEWS.md',
    fragments: ['changes/7.feature.md', 'changes/8.bugfix.1.md', 'changes/+words.misc'],
    arguments: ['build', '--yes', '--version', '1.2.0', '--date', '2026-03-05'],
  });
});

test('towncrier: types and sections of the project’s own', () => {
  const tree = treeWith({
    'towncrier.toml': `[tool.towncrier]
package = "acme.core"
package_dir = "src"
[[tool.towncrier.section]]
name = ""
path = ""
[[tool.towncrier.section]]
name = "Web"
path = "web"
[[tool.towncrier.type]]
directory = "change"
name = "Changes"
`,
    'src/acme/core/newsfragments/1.change.rst': '',
    'src/acme/core/web/newsfragments/2.change.rst': '',
    'src/acme/core/newsfragments/3.feature.rst': '',
  });
  expect(towncrierPlan(tree, ASKED)).toMatchObject({
    news: 'NEWS.rst',
    fragments: ['src/acme/core/newsfragments/1.change.rst', 'src/acme/core/web/newsfragments/2.change.rst'],
  });
});

test('towncrier: a news file for each version, and the version as Python writes it', () => {
  const tree = treeWith({
    'pyproject.toml': '[tool.towncrier]\nsingle_file = false\nfilename = "news/{version}.rst"\n',
  });
  const plan = towncrierPlan(tree, { version: '1.2.0-rc.1', date: '2026-03-05' });
  expect(plan).toMatchObject({ news: 'news/1.2.0rc1.rst', arguments: expect.arrayContaining(['1.2.0rc1']) });
});

test('towncrier: the notes of a pre-release are its fragments, which stay', () => {
  const tree = treeWith({
    'n/7.feature.rst': 'Reads ``tabs``.\n',
    'n/8.bugfix.md': 'Order,\nkept.\n',
    'n/9.misc.md': '\n',
  });
  expect(fragmentsAsMarkdown(tree, tree.paths)).toBe('- Reads `tabs`.\n- Order,\n  kept.');
});

test('towncrier: the section is what it wrote for the version, whatever its heading', () => {
  const news = { path: 'NEWS.rst', before: 'News\n====\n', package: 'acme', version: '1.2.0' };
  const usual = 'News\n====\n\nacme 1.2.0 (2026-03-05)\n=======================\n\n- Tabs (#7)\n';
  expect(newsSection({ ...news, after: usual })).toBe('- Tabs (#7)');
  expect(newsSection({ ...news, after: 'News\n====\n\n- Tabs, in the otter release\n' })).toBe(
    '- Tabs, in the otter release',
  );
});
