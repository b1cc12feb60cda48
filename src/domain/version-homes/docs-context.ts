import type { Span } from './tree.ts';

const MARKS = '[\\s"\'`*_(\\[]*';
const NAMED = new RegExp(`${MARKS}(?:\\bthe )?(?:\\b(?:version|release|tag) )?${MARKS}$`, 'i');
/** The product may be called by its name between the two: "in Acme Tool v1.1.0". */
const PRODUCT = /(?: [A-Z][\w-]*){1,2}$/;
const EVENT =
  'new|added|changed|deprecated|removed|fixed|introduced|renamed|dropped|supported|available|released|shipped|published|tagged|landed|resolved|broken|arrived|came';
/** What stands before a version that tells when something happened, or a bound. */
const SINCE = new RegExp(
  `(?:\\b(?:since|until|till|before|after|prior to|as of|from|starting|starting with|beginning with|up to|than|through|between|in|requires?|required|needs?|at least|minimum|(?:${EVENT})(?: (?:with|by|on|for|of|as of))?|version-?(?:added|changed|removed):*|(?:from|between)\\b.*\\b(?:to|and))|[<>]=?)$`,
  'i',
);
/** What follows one. */
const PAST =
  /^[`*_)"'\]]*,?\s*(?:was|were|had|did|add(?:s|ed)|introduce[sd]|change[sd]|remove[sd]|deprecate[sd]|fix(?:es|ed)|drop(?:s|ped)|rename[sd]|brought|broke|shipped|released|onwards?|(?:and|or) (?:earlier|older|below|before|later|newer|above|up|onwards?|higher|greater|lower))\b/i;
const HISTORY_HEADING =
  /^changes\b|\b(?:changelog|change log|(?:breaking|recent|list of|latest) changes|history|release notes|releases|what'?s new|news|migrat\w+|upgrad\w+|roadmap|deprecat\w+|compatibility)\b/i;
const VERSION_HEADING = /^[[(*`_]*(?:version |release )?v?\d+\.\d+/i;

/** Whether a version in prose tells of the past (or of a bound), which stays as it is. */
export function isHistory(text: string, span: Span): boolean {
  const { line, lead, rest } = surroundings(text, span);
  const inVersionHeading = VERSION_HEADING.test(/^ {0,3}#{1,6}\s+(?<title>.*)$/.exec(line)?.groups?.title ?? '');
  if (inVersionHeading || /\b\d{4}-\d{2}-\d{2}\b/.test(line)) return true;
  return tellsOfThePast(lead) || PAST.test(rest) || isUnderHistory(text, span) || isOneOfAList(text, span);
}

function tellsOfThePast(lead: string): boolean {
  // The address of a link tells what its text tells.
  const words = lead.replace(/\[[^\]]*\]\([^)\s]*$/, '').replace(NAMED, '');
  return SINCE.test(words) || SINCE.test(words.replace(PRODUCT, ''));
}

interface Surroundings {
  readonly line: string;
  /** From the beginning of the sentence. */
  readonly lead: string;
  /** To the end of the line. */
  readonly rest: string;
}

function surroundings(text: string, span: Span): Surroundings {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const lineEnd = text.indexOf('\n', span.end);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const paragraph =
    text
      .slice(0, span.start)
      .split(/\n[ \t]*\r?\n|\n(?=[ \t]*(?:[-*+>#|]|\d+[.)]|```))/)
      .at(-1) ?? '';
  const sentence = paragraph.split(/[.!?:](?=\s)/).at(-1) ?? '';
  const lead = sentence.replaceAll(/\s+/g, ' ');
  return { line, lead, rest: text.slice(span.end, lineEnd < 0 ? undefined : lineEnd) };
}

/** Under a heading that bears a version or announces history. */
function isUnderHistory(text: string, { start }: Span): boolean {
  const headings = headingsAbove(text.slice(0, start));
  return headings.some((heading) => HISTORY_HEADING.test(heading) || VERSION_HEADING.test(heading));
}

/** The headings that a place stands under, its own section's and those around it. */
function headingsAbove(text: string): string[] {
  const found: { level: number; title: string }[] = [];
  let fenced = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? undefined : /^ {0,3}(?<marks>#{1,6})\s+(?<title>.*?)\s*#*$/.exec(line)?.groups;
    if (heading === undefined) continue;
    const level = heading.marks!.length;
    while ((found.at(-1)?.level ?? 0) >= level) found.pop();
    found.push({ level, title: heading.title! });
  }
  return found.map(({ title }) => title);
}

/** A table row or list item that begins with the version, beside one that begins with another: a list of releases. */
function isOneOfAList(text: string, span: Span): boolean {
  const lines = text.split('\n');
  const at = text.slice(0, span.start).split('\n').length - 1;
  const begins = (line: string | undefined) =>
    /^\s*(?:[-*+|]|\d+[.)])\s*[[`*_(]*(?<version>v?\d+\.\d+(?:\.\d+)?)/.exec(line ?? '')?.groups?.version;
  const own = begins(lines[at]);
  if (own === undefined) return false;
  return [lines[at - 1], lines[at + 1]].some((line) => begins(line) !== undefined && begins(line) !== own);
}

/** Whether the version stands in an address, a pin or a `rev:` of something else than this project. */
export function isOfAnotherProject(text: string, span: Span, ownNames: readonly string[]): boolean {
  const isOwn = (words: string) => ownNames.some((name) => name !== '' && looselyHolds(words, name));
  const before = /[^\s("'<]*$/.exec(text.slice(0, span.start))?.[0] ?? '';
  const after = /^[^\s)"'>]*/.exec(text.slice(span.end))?.[0] ?? '';
  if (/[/@:=]/.test(before) && /[A-Za-z]{2}/.test(before)) return !isOwn(before + after);
  const { line } = surroundings(text, span);
  const addresses = line.match(/\bhttps?:\/\/[^\s)"'>]+/g) ?? [];
  if (addresses.length > 0) return !addresses.some(isOwn);
  if (!/^\s*-?\s*(?:rev|ref|tag)\s*[:=]/.test(line)) return false;
  const above = text.slice(0, span.start).split('\n').slice(-6);
  const repository = above.findLast((other) => /\b(?:repo|url|git|uses)\s*[:=]/.test(other));
  return repository !== undefined && !isOwn(repository);
}

function looselyHolds(words: string, name: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_.]+/g, '-');
  return plain(words).includes(plain(name));
}
