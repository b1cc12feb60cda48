import { isPep440, samePep440, tryFromPep440 } from '../version.ts';
import { findDate } from './dates.ts';

/** What a heading says of a release. */
export type Title =
  | { readonly kind: 'other' }
  | {
      readonly kind: 'release' | 'unreleased';
      /** As written; absent in "Unreleased". */
      readonly version?: string;
      readonly date?: string;
      /** Words that belong to that release alone, such as a code name or [YANKED]. */
      readonly extra: string;
    };

const VERSION =
  /(?<![\w.])v?\.?(\d+(?:\.\d+)+(?:[-.]?(?:alpha|beta|preview|pre|rc|dev|post|a|b|c)[-.]?\d*)*(?:-?SNAPSHOT)?)(?![\w.]*\w)/i;

const NAMELESS = [
  'un-?released(?: (?:changes?|version|code|stuff|features))?',
  '(?:in |under |currently in )?dev(?:el(?:op(?:ment)?)?)?(?: (?:version|branch|release))?',
  '(?:git )?(?:main|master|trunk|head|tip)(?: branch)?(?: un-?released)?',
  '(?:the )?(?:next|upcoming|coming|future|pending|latest|current)(?: (?:major|minor|patch|stable))?(?: (?:release|version|changes|dev(?:elopment)?))?',
  '(?:coming |available )?soon',
  '(?:not |to be |yet to be |not yet )(?:yet )?(?:released|determined|announced|published)(?: yet)?',
  'release date (?:to be determined|tbd|tba|unknown|pending)',
  'tb[adr]|wip|work in progress|in progress|in the works|draft|pending|nightly|snapshot|undated|no date|unpublished',
  'changes (?:since|after) (?:the )?last release',
  'x[. ]x(?:[. ]x)?|x[. ]y[. ]z',
  '(?:yyyy|xxxx|20xx|20\\?\\?|\\?\\?\\?\\?|2\\d{3})[-./ ](?:mm|xx|\\?\\?|\\d\\d)[-./ ](?:dd|xx|\\?\\?)',
  '\\?{2,}(?:[-./ ]\\?{2,})*',
];
const UNRELEASED = new RegExp(`^(?:${NAMELESS.join('|')})$`, 'i');

/** Is this line, alone, a way to say "not released yet"? */
export function saysUnreleased(text: string): boolean {
  return UNRELEASED.test(words(plain(text)));
}

/** Reads a heading's text; `packageName` may stand before the version ("pluggy 1.6.0"). */
export function readTitle(raw: string, packageName: string): Title {
  const text = plain(raw);
  if (saysUnreleased(text)) return { kind: 'unreleased', extra: '' };
  const found = VERSION.exec(text);
  if (found === null) {
    const named = stripName(words(text), packageName);
    return UNRELEASED.test(named) ? { kind: 'unreleased', extra: '' } : { kind: 'other' };
  }
  const version = found[1]!.replace(/[-.]+$/, '');
  const before = stripName(words(text.slice(0, found.index)), packageName);
  const after = text.slice(found.index + found[0].length);
  const date = findDate(after);
  const rest = words(date === undefined ? after : after.replace(date, ' ')).replace(
    /^(?:released|release date)(?: on)?\b ?/i,
    '',
  );
  const unreleasedWord = UNRELEASED.test(rest) || (before !== '' && UNRELEASED.test(before));
  if (before !== '' && !UNRELEASED.test(before)) return { kind: 'other' };
  if (unreleasedWord || isDevelopment(version)) return { kind: 'unreleased', version, extra: '' };
  if (rest !== '' && date === undefined && !/^["'“([]|^yanked/i.test(after.trim().replace(/^[-–—:,]\s*/, ''))) {
    return { kind: 'other' };
  }
  return { kind: 'release', version, ...(date === undefined ? {} : { date }), extra: rest };
}

/** Are these two one version, whatever their spelling? */
export function sameVersion(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => text.replace(/^v/i, ''));
  return (
    left === right ||
    samePep440(left!, right!) ||
    samePep440(tryFromPep440(left!) ?? left!, tryFromPep440(right!) ?? right!)
  );
}

function isDevelopment(version: string): boolean {
  return /(?:dev|snapshot)[-.]?\d*$/i.test(version) && (isPep440(version) || /snapshot$/i.test(version));
}

/** A heading without its links, emphasis and brackets. */
function plain(raw: string): string {
  return raw
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/`([^`<]*?)\s*<[^>]*>`_{1,2}/g, '$1')
    .replace(/<[^>]+>/g, ' ')
    .replace(/:[\w-]+:`([^`]*)`/g, '$1')
    .replace(/(?<!\w)[*_`]+|[*_`]+(?!\w)/g, '')
    .trim();
}

/** Punctuation and pictures around words say nothing. */
function words(text: string): string {
  return text
    .replace(/[()[\]{}"'“”‘’:,;#=|~/\\]+|(?<![\w?])[-–—.!]+|[-–—.!]+(?![\w?])/g, ' ')
    .replace(/\p{Extended_Pictographic}\uFE0F?/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function stripName(text: string, packageName: string): string {
  const name = packageName.replace(/[-_.]+/g, '[-_. ]');
  return text
    .replace(new RegExp(`^${name}(?![\\w.])`, 'i'), '')
    .trim()
    .replace(/\b(?:version|release|ver|v)$/i, '')
    .trim()
    .replace(/^(?:new in|changes in|what'?s new in)$/i, '');
}
