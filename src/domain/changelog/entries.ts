import { contentsOf } from './contents.ts';
import type { Heading } from './headings.ts';
import { blanksFrom } from './lines.ts';
import type { Changelog, Section } from './sections.ts';

export type EntryKind =
  | 'breaking'
  | 'security'
  | 'added'
  | 'changed'
  | 'deprecated'
  | 'removed'
  | 'fixed'
  | 'performance';

/** Entries of one kind, each a line of text without its bullet. */
export interface EntryGroup {
  readonly kind: EntryKind;
  readonly entries: readonly string[];
}

/** Names that projects give a kind; the first is ours. */
const NAMES: Readonly<Record<EntryKind, RegExp>> = {
  breaking: /breaking|incompatib/i,
  security: /security/i,
  added: /^\W*(?:added|add|new|(?:new )?features?|feat|enhancements?)\b/i,
  changed: /^\W*(?:changed|changes|improve|improvements|other|misc|refactor|internal)/i,
  deprecated: /deprecat/i,
  removed: /^\W*remov/i,
  fixed: /^\W*(?:fixed|fix|fixes|bug ?fix|bugs?\b)/i,
  performance: /perf/i,
};

const OWN_NAMES: Readonly<Record<EntryKind, string>> = {
  breaking: 'Breaking changes',
  security: 'Security',
  added: 'Added',
  changed: 'Changed',
  deprecated: 'Deprecated',
  removed: 'Removed',
  fixed: 'Fixed',
  performance: 'Performance',
};

/** Entries as the project writes them: its bullet, and its headings by kind where it has any. */
export function entryLines(log: Changelog, groups: readonly EntryGroup[]): string[] {
  const released = log.sections.filter(({ title }) => title.kind === 'release').slice(0, 5);
  const bullet = bulletOf(log, released);
  const headings = released.flatMap((section) => categoriesOf(log, section));
  if (headings.length === 0 && released.length > 0) {
    const breaking = (kind: EntryKind, entry: string) => (kind === 'breaking' ? `Breaking: ${entry}` : entry);
    return groups.flatMap(({ kind, entries }) => entries.map((entry) => bullet + asMarkup(log, breaking(kind, entry))));
  }
  const blocks = groups.map(({ kind, entries }) => [
    ...categoryLines(log, headings, kind),
    ...entries.map((entry) => bullet + asMarkup(log, entry)),
  ]);
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

/** Where no changelog is kept: Markdown for the release notes. */
export function entriesAsMarkdown(groups: readonly EntryGroup[]): string {
  return groups
    .map(({ kind, entries }) => [`### ${OWN_NAMES[kind]}`, '', ...entries.map((entry) => `- ${entry}`)].join('\n'))
    .join('\n\n');
}

function categoriesOf(log: Changelog, section: Section): Heading[] {
  const contents = contentsOf(log, section);
  return log.headings.filter(
    ({ first, title }) =>
      first >= section.heading.next && first < section.end && contents[title - section.heading.next] === 'heading',
  );
}

function categoryLines(log: Changelog, headings: readonly Heading[], kind: EntryKind): string[] {
  const own = headings.find(({ text }) => NAMES[kind].test(text));
  const like = own ?? headings[0];
  const name = OWN_NAMES[kind];
  if (like === undefined) {
    return log.markup === 'markdown' ? [`### ${name}`, ''] : [name, '~'.repeat(name.length), ''];
  }
  const blanks = Array<string>(blanksFrom(log.lines, like.next)).fill('');
  const lines = log.lines.slice(like.first, like.next).map(({ text }) => text);
  if (own !== undefined) return [...lines, ...blanks];
  const bare = like.text.replace(/^[\s*_:]+|[\s*_:]+$/g, '');
  const renamed = lines.map((text) => {
    if (text.includes(bare)) return text.replace(bare, name);
    return text.trim()[0]!.repeat(Math.max(1, name.length + text.trim().length - like.text.length));
  });
  return [...renamed, ...blanks];
}

function bulletOf(log: Changelog, released: readonly Section[]): string {
  for (const section of released) {
    const found = log.lines
      .slice(section.heading.next, section.end)
      .map(({ text }) => /^( {0,3}[-*+•] +)\S/.exec(text)?.[1])
      .find((bullet) => bullet !== undefined);
    if (found !== undefined) return found;
  }
  return '- ';
}

/** Commits are written with Markdown's code marks. */
function asMarkup(log: Changelog, entry: string): string {
  return log.markup === 'rst' ? entry.replace(/(?<!`)`([^`]+)`(?!`)/g, '``$1``') : entry;
}
