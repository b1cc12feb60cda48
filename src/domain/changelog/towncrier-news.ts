import type { Tree } from '../version-homes/tree.ts';
import { markupOf } from './headings.ts';
import { splitLines } from './lines.ts';
import { sectionAsMarkdown } from './notes.ts';
import { rstToMarkdown } from './rst-to-markdown.ts';
import { readChangelog } from './sections.ts';
import { sameVersion } from './title.ts';

/** Notes of a pre-release, which leaves the fragments where they are. */
export function fragmentsAsMarkdown(tree: Tree, paths: readonly string[]): string {
  return paths
    .flatMap((path) => {
      const text = (tree.read(path) ?? '').trim();
      const lines = /\.md$/.test(path) ? text.split('\n') : rstToMarkdown(text.split('\n'));
      return text === '' ? [] : [`- ${lines.join('\n  ').replace(/ +$/gm, '')}`];
    })
    .join('\n');
}

interface News {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
  readonly package: string;
  readonly version: string;
}

/** What towncrier wrote for a version: its section, or whatever is new where the headings have a form of their own. */
export function newsSection({ path, before, after, package: name, version }: News): string {
  const log = readChangelog(path, after, name);
  const own = log.sections.find(({ title }) => title.version !== undefined && sameVersion(title.version, version));
  if (own !== undefined) return sectionAsMarkdown(log, own);
  const old = new Set((before ?? '').split('\n'));
  const added = splitLines(after).filter(({ text }) => !old.has(text) || text.trim() === '');
  const texts = added.map(({ text }) => text);
  const body = markupOf(path, added) === 'rst' ? rstToMarkdown(texts) : texts;
  return body
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
