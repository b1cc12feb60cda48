import { writeDate } from './dates.ts';
import { blanksBefore, isBlank } from './lines.ts';
import { literally } from './pattern.ts';
import type { Changelog, Section } from './sections.ts';

export interface NewRelease {
  readonly version: string;
  /** ISO. */
  readonly date: string;
  readonly tag: string;
  readonly previousTag?: string | undefined;
}

/** The released section that a new one is written like: the newest that is dated and carries no words of its own. */
export function modelOf(log: Changelog): Section | undefined {
  const released = log.sections.filter(({ title }) => title.kind === 'release');
  const dated = released.filter(({ title }) => title.date !== undefined);
  const usual = dated.length * 2 >= released.length ? dated : released;
  const stable = usual.filter(({ title }) => /^[\d.]+$/.test(title.version!));
  const plain = stable.find(({ title }) => title.extra === '');
  return plain ?? stable[0] ?? usual[0];
}

/** Heading of the new release, labels above it and underlines included, as the project writes them. */
export function headingLines(log: Changelog, model: Section, release: NewRelease): string[] {
  return log.lines.slice(model.lead, model.heading.next).map(({ text }, offset) => {
    const line = model.lead + offset;
    if (line < model.heading.first || line === model.heading.title) return retold(log, model, text, release);
    const title = log.lines[model.heading.title]!.text;
    return isBlank(log.lines[line]) ? text : refitted(log, text, title, retold(log, model, title, release));
  });
}

/** Blank lines and the line that says when, for a project that has one under its headings. */
export function statusLines(log: Changelog, model: Section, release: NewRelease): string[] {
  const { status } = model;
  if (status?.date === undefined) return [];
  return log.lines.slice(model.heading.next, status.line + 1).map(({ text }) => {
    return text.replace(status.date!, writeDate(release.date, status.date!, datesOf(log)));
  });
}

/** Blank lines between two releases; only a heading that is marked by hashes can do without one. */
export function gapOf(log: Changelog, model: Section | undefined): number {
  const measured = log.sections.find((section) => section !== log.sections[0]) ?? model;
  const least = log.sections.every(({ heading }) => heading.style.startsWith('#')) && log.sections.length > 1 ? 0 : 1;
  return measured === undefined || measured.lead === 0 ? 1 : Math.max(least, blanksBefore(log.lines, measured.lead));
}

export function datesOf(log: Changelog): string[] {
  return log.sections.flatMap(({ title }) => (title.date === undefined ? [] : [title.date]));
}

/** A heading of an earlier release, said of the new one. */
function retold(log: Changelog, model: Section, text: string, release: NewRelease): string {
  const { date, version = '', extra } = model.title;
  const own = extra === '' ? text : withoutExtra(text, date ?? version);
  const parts = own.split(/(\/compare\/[^\s()<>"'`]+)/);
  return parts
    .map((part) => {
      if (part.startsWith('/compare/')) return comparing(part, release);
      const dated = date === undefined ? part : part.replace(date, '\0');
      return withVersion(dated, version, release.version).replace('\0', () =>
        writeDate(release.date, date!, datesOf(log)),
      );
    })
    .join('');
}

/** '/compare/v1.0.0...v1.1.0' → '/compare/v1.1.0...v1.2.0'. */
export function comparing(url: string, { tag, previousTag }: Pick<NewRelease, 'tag' | 'previousTag'>): string {
  return url.replace(
    /\/compare\/(.+?)(\.{2,3})([^/\s]+)/,
    (_, _from, dots, to) => `/compare/${previousTag ?? to}${dots}${tag}`,
  );
}

/** Every spelling of one version replaced: dots, and dashes or underscores in labels and anchors. */
export function withVersion(text: string, old: string, version: string): string {
  return ['.', '-', '_', ''].reduce((result, separator) => {
    const [from, to] = [old, version].map((value) => value.split('.').join(separator)) as [string, string];
    if (separator === '')
      return result.replace(new RegExp(`#v?${from}(?!\\d)`, 'g'), (found) => found.replace(from, to));
    return result.replace(new RegExp(`(?<![\\d.])${literally(from)}(?!\\d|[.]\\d)`, 'g'), () => to);
  }, text);
}

function withoutExtra(text: string, last: string): string {
  const end = text.indexOf(last) + last.length;
  return text.slice(0, end) + (/^[)\]*_`]*/.exec(text.slice(end))?.[0] ?? '');
}

/** An underline that fits its title keeps fitting; one of a fixed length keeps its length while it can. */
function refitted(log: Changelog, line: string, oldTitle: string, newTitle: string): string {
  const trimmed = line.trimEnd();
  const surplus = trimmed.length - width(oldTitle);
  const fixed = surplus !== 0 && hasFixedUnderlines(log, trimmed.length);
  const length = fixed || surplus < 0 ? Math.max(trimmed.length, width(newTitle)) : width(newTitle) + surplus;
  return trimmed[0]!.repeat(length);
}

function hasFixedUnderlines(log: Changelog, length: number): boolean {
  const lengths = log.sections.slice(0, 4).map(({ heading }) => log.lines[heading.title + 1]?.text.trimEnd().length);
  const titles = new Set(log.sections.slice(0, 4).map(({ heading }) => width(heading.text)));
  return titles.size > 1 && lengths.every((other) => other === length);
}

function width(text: string): number {
  return [...text.trimEnd()].length;
}
