import { type Content, contentsOf, isEmptySection } from './contents.ts';
import { type EntryGroup, entryLines } from './entries.ts';
import { firstHeading } from './first-heading.ts';
import { comparing, gapOf, headingLines, modelOf, type NewRelease, statusLines } from './heading-form.ts';
import { blanksBefore, blanksFrom } from './lines.ts';
import type { Changelog, Section } from './sections.ts';
import { sameVersion } from './title.ts';

/** Lines `from` to before `to` become `texts`. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly texts: readonly string[];
}

const NOTHING = '- No user-facing changes.';

/** "Unreleased" stays for what comes next, with the headings it always holds; what stood under it is the new version's. */
export function splitSection(
  log: Changelog,
  section: Section,
  release: NewRelease,
  entries: readonly EntryGroup[],
): Replacement {
  const { heading } = section;
  const body = bodyOf(log, section, entries);
  const skeleton = skeletonOf(log, section);
  const gap = blank(gapOf(log, modelOf(log)));
  const own = log.lines.slice(heading.first, heading.next).map(({ text }) => fromTag(text, release));
  const under = own.length > 1 ? refit(own) : own;
  const top = newHeading(log, section, release);
  const kept = skeleton.length === 0 ? [] : [...blank(Math.max(1, blanksFrom(log.lines, heading.next))), ...skeleton];
  return {
    from: heading.first,
    to: section.end,
    texts: [...under, ...kept, ...gap, ...top, ...spaced(log, section, body, top)],
  };
}

/** "1.2.0 (unreleased)" gets its date; no new section is begun. */
export function renameSection(
  log: Changelog,
  section: Section,
  release: NewRelease,
  entries: readonly EntryGroup[],
): Replacement {
  const version =
    sameVersion(section.title.version!, release.version) && isStable(section)
      ? section.title.version!
      : release.version;
  const top = newHeading(log, section, { ...release, version });
  const body = bodyOf(log, section, entries);
  return { from: section.lead, to: section.end, texts: [...top, ...spaced(log, section, body, top)] };
}

/** No Unreleased section, or one that stays as it is: the new one goes on top of what was released. */
export function insertSection(log: Changelog, release: NewRelease, entries: readonly EntryGroup[]): Replacement {
  const newest = log.sections.find(({ title }) => title.kind !== 'unreleased');
  const model = modelOf(log);
  const body = entryLines(log, entries);
  const top =
    model === undefined
      ? firstHeading(log, release)
      : [...headingLines(log, model, release), ...statusLines(log, model, release)];
  const between =
    model === undefined || model.status?.date !== undefined ? 1 : blanksFrom(log.lines, model.heading.next);
  const texts = [...top, ...blank(between), ...(body.length > 0 ? body : [NOTHING])];
  const gap = blank(gapOf(log, model));
  if (newest !== undefined) return { from: newest.lead, to: newest.lead, texts: [...texts, ...gap] };
  const unreleased = log.sections.at(-1);
  if (unreleased !== undefined) {
    const apart = blanksBefore(log.lines, unreleased.end) > 0 ? [] : [''];
    return { from: unreleased.end, to: unreleased.end, texts: [...apart, ...texts] };
  }
  const second = log.headings.filter(({ style }) => style !== 'bold' && style !== 'line')[1];
  const at = second?.first ?? footOf(log);
  const before = at === 0 || blanksBefore(log.lines, at) > 0 ? [] : [''];
  return { from: at, to: at, texts: [...before, ...texts, ...(at === log.lines.length ? [] : gap)] };
}

function newHeading(log: Changelog, section: Section, release: NewRelease): string[] {
  const model = modelOf(log);
  if (model === undefined) return firstHeading(log, release, section);
  return [...headingLines(log, model, release), ...statusLines(log, model, release)];
}

function isStable({ title }: Section): boolean {
  return /^[\d.]+$/.test(title.version ?? '');
}

/** Body lines under a new heading, blank lines at both ends as they were; a line that says when wants one blank line after it. */
function spaced(log: Changelog, section: Section, body: readonly string[], top: readonly string[]): string[] {
  const own =
    section.status === undefined
      ? blanksFrom(log.lines, section.heading.next)
      : blanksFrom(log.lines, section.status.line + 1);
  const model = modelOf(log);
  const hasStatus =
    model === undefined ? top.length > 2 && section.status !== undefined : model.status?.date !== undefined;
  const usual =
    model === undefined
      ? Math.max(1, own)
      : blanksFrom(log.lines, model.status?.date === undefined ? model.heading.next : model.status.line + 1);
  const filled = isEmptySection(log, section);
  const before = filled ? usual : hasStatus ? Math.max(1, own) : own;
  return [
    ...blank(before),
    ...body,
    ...blank(filled && log.sections.length > 1 ? gapOf(log, model) : blanksBefore(log.lines, section.end)),
  ];
}

/** What was written for the release, without the headings that stayed empty and what only held a place. */
function bodyOf(log: Changelog, section: Section, entries: readonly EntryGroup[]): string[] {
  if (isEmptySection(log, section)) {
    const lines = entryLines(log, entries);
    return lines.length > 0 ? lines : [NOTHING];
  }
  const contents = contentsOf(log, section);
  const drop = droppable(log, section, contents);
  const texts = log.lines.slice(section.heading.next, section.end).map(({ text }) => text);
  const kept: string[] = [];
  texts.forEach((text, index) => {
    if (drop[index] || index + section.heading.next === section.status?.line) return;
    // Where something was left out between two blank lines, one of them is enough.
    if (text.trim() === '' && kept.at(-1)?.trim() === '' && leftOutBefore(drop, texts, index)) return;
    kept.push(text);
  });
  while (kept[0]?.trim() === '') kept.shift();
  while (kept.at(-1)?.trim() === '') kept.pop();
  return kept;
}

function leftOutBefore(drop: readonly boolean[], texts: readonly string[], index: number): boolean {
  let at = index - 1;
  while (at >= 0 && texts[at]!.trim() === '' && !drop[at]) at--;
  return drop[at] === true;
}

/** Standing parts of a section that a fresh one begins with: all of its headings, comments and place holders, or nothing. */
function skeletonOf(log: Changelog, section: Section): string[] {
  const contents = contentsOf(log, section);
  if (!droppable(log, section, contents).includes(true)) return [];
  const texts = log.lines.slice(section.heading.next, section.end).map(({ text }) => text);
  const kept: string[] = [];
  texts.forEach((text, index) => {
    const content = contents[index]!;
    if (content === 'entry') return;
    if (content === 'blank' ? kept.at(-1)?.trim() !== '' && text.trim() === '' : true) kept.push(text);
  });
  while (kept[0]?.trim() === '') kept.shift();
  while (kept.at(-1)?.trim() === '') kept.pop();
  return kept;
}

/** Which lines of a body only hold a place. A comment does so where a fresh section takes it over. */
function droppable(log: Changelog, section: Section, contents: readonly Content[]): boolean[] {
  const fresh = section.title.version === undefined;
  const headed = log.headings.filter(({ first }) => first >= section.heading.next && first < section.end);
  const emptyHeading = (index: number) => {
    const line = index + section.heading.next;
    const own = headed.findIndex(({ first, next }) => line >= first && line < next);
    if (own === -1) return false;
    const deeper = headed
      .slice(own + 1)
      .find(({ style }) => style === headed[own]!.style || headed.slice(0, own).some((h) => h.style === style));
    const until = (deeper?.first ?? section.end) - section.heading.next;
    return !contents.slice(index, until).includes('entry');
  };
  return contents.map((content, index) => {
    if (content === 'heading') return emptyHeading(index);
    return content === 'placeholder' || (content === 'comment' && fresh);
  });
}

function fromTag(text: string, { tag }: NewRelease): string {
  return text.replace(/\/compare\/[^\s()<>"'`]+/, (url) => {
    const to = /\.{2,3}([^/.]+)$/.exec(url)?.[1];
    return to === undefined ? url : comparing(url, { tag: to, previousTag: tag });
  });
}

/** The underline of an Unreleased heading whose link got longer. */
function refit(lines: readonly string[]): string[] {
  const title = lines.find((text) => !/^([!-/:-@[-`{-~])\1+\s*$/.test(text)) ?? '';
  return lines.map((text) =>
    text === title || text.trim().length >= title.trim().length ? text : text.trim()[0]!.repeat(title.trim().length),
  );
}

function footOf(log: Changelog): number {
  let at = log.lines.length;
  while (at > 0 && /^ {0,3}\[[^\]]+\]: *\S|^\s*$/.test(log.lines[at - 1]!.text)) at--;
  return at;
}

function blank(count: number): string[] {
  return Array<string>(count).fill('');
}
