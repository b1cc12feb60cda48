import { findDate } from './dates.ts';
import { findHeadings, type Heading, type Markup, markupOf } from './headings.ts';
import { isBlank, type Line, splitLines } from './lines.ts';
import { readTitle, saysUnreleased, type Title } from './title.ts';

export interface Section {
  readonly heading: Heading;
  readonly title: Exclude<Title, { kind: 'other' }>;
  /** First line that belongs to it: labels and anchors stand above a heading. */
  readonly lead: number;
  /** Line after its body. */
  readonly end: number;
  /** A line under the heading that says when, such as "Released 2025-01-02", or that it is not out yet. */
  readonly status?: { readonly line: number; readonly date?: string };
}

export interface Changelog {
  readonly lines: readonly Line[];
  readonly markup: Markup;
  readonly headings: readonly Heading[];
  readonly sections: readonly Section[];
}

export const CATEGORY =
  /^\W*(?:add|chang|fix|remov|deprecat|secur|feature|bug|break|improve|enhance|misc|other|doc|internal|perf|new|notable|highlight|packag|test)/i;

/** A changelog as its sections by release, whatever the form of their headings. */
export function readChangelog(path: string, text: string, packageName: string): Changelog {
  const lines = splitLines(text);
  const markup = markupOf(path, lines);
  const headings = findHeadings(lines, markup);
  const ranks = ranksOf(headings);
  const chosen = chooseSections(headings, ranks, packageName);
  const sections = chosen.map(({ heading, title }, index): Section => {
    const lead = leadOf(lines, heading);
    const next = chosen[index + 1]?.heading;
    const end = trimEnd(lines, heading.next, endOf(lines, headings, ranks, heading, next));
    const status = statusOf(lines, heading, end);
    return { heading, title: combine(title, lines, status), lead, end, ...(status === undefined ? {} : { status }) };
  });
  return { lines, markup, headings, sections };
}

function chooseSections(headings: readonly Heading[], ranks: ReadonlyMap<string, number>, packageName: string) {
  const titled = headings.flatMap((heading) => {
    const title = readTitle(heading.text, packageName);
    return title.kind === 'other' ? [] : [{ heading, title }];
  });
  const versioned = titled.filter(({ title }) => title.version !== undefined);
  const isWeak = ({ heading }: { heading: Heading }) => heading.style === 'bold' || heading.style === 'line';
  const strong = versioned.filter((entry) => !isWeak(entry));
  const bold = versioned.filter(({ heading }) => heading.style === 'bold');
  const taken = [strong, bold, versioned].find((list) => list.length > 0) ?? [];
  const rank = Math.min(...taken.map(({ heading }) => ranks.get(heading.style)!));
  const nameless = titled.filter(
    (entry) => entry.title.version === undefined && (!isWeak(entry) || strong.length === 0),
  );
  const before = nameless.filter(
    ({ heading }) => heading.first < (taken[0]?.heading.first ?? Number.POSITIVE_INFINITY),
  );
  // "# Latest changes" above "## 1.2.0" is the page's title, unless something is written under it.
  const first = before.find(({ heading }) => {
    const following = headings.find((other) => other.first >= heading.next);
    return taken.length === 0 || !(ranks.get(heading.style)! < rank && following === taken[0]?.heading);
  });
  return (first === undefined ? [] : [first]).concat(taken);
}

/** Position of each style in the order of levels. */
function ranksOf(headings: readonly Heading[]): ReadonlyMap<string, number> {
  const fixed: Readonly<Record<string, number>> = { 'setext =': 1, 'setext -': 2, bold: 90, line: 80 };
  const styles = [...new Set(headings.map(({ style }) => style))];
  const underlined = styles.filter((style) => style.startsWith('rst'));
  return new Map(
    styles.map((style) => [
      style,
      fixed[style] ?? (style.startsWith('#') ? style.length : underlined.indexOf(style) + 1),
    ]),
  );
}

function endOf(
  lines: readonly Line[],
  headings: readonly Heading[],
  ranks: ReadonlyMap<string, number>,
  heading: Heading,
  next: Heading | undefined,
): number {
  const own = ranks.get(heading.style)!;
  const limit = next === undefined ? lines.length : leadOf(lines, next);
  const ending = headings.find(
    (other) =>
      other.first >= heading.next &&
      other.first < limit &&
      ranks.get(other.style)! <= own &&
      !CATEGORY.test(other.text),
  );
  return ending === undefined ? limit : leadOf(lines, ending);
}

function leadOf(lines: readonly Line[], heading: Heading): number {
  let lead = heading.first;
  for (let index = heading.first - 1; index >= 0; index--) {
    if (isBlank(lines[index])) continue;
    if (!/^(?:\.\. _[^:]+:|<a (?:id|name)=[^>]*>(?:<\/a>)?|\([\w.-]+\)=)\s*$/.test(lines[index]!.text)) break;
    lead = index;
  }
  return lead;
}

/** A body ends before the link definitions at the foot of the page and the blank lines. */
function trimEnd(lines: readonly Line[], from: number, to: number): number {
  let end = to;
  while (end > from && (isBlank(lines[end - 1]) || isLinkDefinition(lines[end - 1]!.text))) end--;
  const cut = lines.slice(end, to).some(({ text }) => isLinkDefinition(text));
  return cut && to === lines.length ? end : to;
}

export function isLinkDefinition(text: string): boolean {
  return /^ {0,3}\[[^\]]+\]: *\S|^\.\. _[^:]+: +\S/.test(text);
}

function statusOf(lines: readonly Line[], heading: Heading, end: number): Section['status'] {
  let line = heading.next;
  while (line < end && isBlank(lines[line])) line++;
  const text = line < end ? lines[line]!.text : '';
  const date = findDate(text);
  if (date !== undefined) {
    const rest = text.replace(date, '').replace(/\b(?:released|release date|date|on|published)\b/gi, '');
    return /[^\W_]/.test(rest) ? undefined : { line, date };
  }
  const bare = text.replace(/\b(?:released?|release date|date)\s*:/gi, '');
  return text !== '' && !/^\s*[-*+] /.test(text) && saysUnreleased(bare) ? { line } : undefined;
}

function combine(title: Section['title'], lines: readonly Line[], status: Section['status']): Section['title'] {
  if (status === undefined || title.kind === 'unreleased' || title.date !== undefined) return title;
  return status.date === undefined && lines[status.line] !== undefined
    ? { ...title, kind: 'unreleased' }
    : { ...title, date: status.date! };
}
