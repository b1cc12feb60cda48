import { Problem } from '../problem.ts';
import { isPrerelease } from '../version.ts';
import { linkChanges } from './compare-links.ts';
import { isEmptySection } from './contents.ts';
import { type EntryGroup, entriesAsMarkdown } from './entries.ts';
import type { NewRelease } from './heading-form.ts';
import { modelOf } from './heading-form.ts';
import { joinLines, type Line, lineEnding } from './lines.ts';
import { sectionAsMarkdown } from './notes.ts';
import { insertSection, type Replacement, renameSection, splitSection } from './rewrite.ts';
import { type Changelog, readChangelog, type Section } from './sections.ts';
import { sameVersion } from './title.ts';

export interface ChangelogRequest extends NewRelease {
  readonly path: string;
  readonly text: string;
  /** Its name may stand in headings ("pluggy 1.6.0"). */
  readonly package: string;
  /** From the commits: for a page without an Unreleased section, and for one where it is empty. */
  readonly entries?: readonly EntryGroup[];
  /** The version has entries of its own: what waits under Unreleased goes on waiting. */
  readonly keepUnreleased?: boolean;
}

export interface ClosedChangelog {
  readonly text: string;
  /** The new version's entries as Markdown, for release notes. */
  readonly section: string;
  /** An Unreleased section is there and holds nothing, although there are commits: what `text` has comes from them. */
  readonly empty: boolean;
}

/** Makes the Unreleased section the new version's, in the project's own form; a pre-release closes nothing. */
export function closeChangelog(request: ChangelogRequest): ClosedChangelog {
  const bom = request.text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const source = request.text.slice(bom.length);
  const log = readChangelog(request.path, source, request.package);
  const open = openSection(log, request);
  const empty =
    open !== undefined && open.kind !== 'closed' && isEmptySection(log, open.section) && hasEntries(request);
  if (isPrerelease(request.version)) {
    const bare = open === undefined || isEmptySection(log, open.section);
    const section = bare ? entriesAsMarkdown(request.entries ?? []) : sectionAsMarkdown(log, open.section);
    return { text: request.text, section, empty: false };
  }
  if (open?.kind === 'closed') {
    return { text: request.text, section: sectionAsMarkdown(log, open.section), empty: false };
  }
  const text = linked(applied(log, rewriting(log, open, request)), log, open, request);
  const after = readChangelog(request.path, text, request.package);
  const made = after.sections.find(({ title }) => isOf(title.version, request.version));
  if (made === undefined) {
    throw new Problem(
      'changelog-unreadable',
      `${request.path}: the section of ${request.version} could not be written in its form`,
    );
  }
  return { text: bom + text, section: sectionAsMarkdown(after, made), empty };
}

type Open = { readonly kind: 'nameless' | 'versioned' | 'closed'; readonly section: Section };

/** The section that the new version takes over; `closed` where the page has the version already. */
function openSection(log: Changelog, { path, version, keepUnreleased }: ChangelogRequest): Open | undefined {
  const [first] = log.sections;
  const own = log.sections.find(({ title }) => isOf(title.version, version));
  const waiting = first?.title.kind === 'unreleased' && first !== own ? first : undefined;
  if (own !== undefined) {
    const isDated = log.sections.some((section) => section !== own && section.title.date !== undefined);
    const closed = own.title.kind === 'release' && (own.title.date !== undefined || !isDated);
    if (closed && keepUnreleased) return { kind: 'closed', section: own };
    if (closed && waiting !== undefined && waiting.title.version === undefined && !isEmptySection(log, waiting)) {
      throw new Problem(
        'changelog-unreadable',
        `${path} has a finished section for ${version}, and entries under "${waiting.heading.text}" too: which release are these of?`,
      );
    }
    return { kind: closed ? 'closed' : 'versioned', section: own };
  }
  if (waiting === undefined || keepUnreleased) return undefined;
  return { kind: waiting.title.version === undefined ? 'nameless' : 'versioned', section: waiting };
}

function rewriting(log: Changelog, open: Open | undefined, request: ChangelogRequest): Replacement {
  const entries = request.entries ?? [];
  if (open === undefined) return insertSection(log, request, entries);
  return open.kind === 'nameless'
    ? splitSection(log, open.section, request, entries)
    : renameSection(log, open.section, request, entries);
}

function applied(log: Changelog, { from, to, texts }: Replacement): Line[] {
  const end = lineEnding(log.lines);
  const made = texts.flatMap((text) => text.split('\n')).map((text): Line => ({ text, end }));
  const lines = [...log.lines.slice(0, from), ...made, ...log.lines.slice(to)];
  const unended = log.lines.length > 0 && log.lines.at(-1)!.end === '';
  return lines.map((line, index) => ({
    text: line.text,
    end: index === lines.length - 1 && unended ? '' : line.end === '' ? end : line.end,
  }));
}

function linked(lines: readonly Line[], log: Changelog, open: Open | undefined, request: ChangelogRequest): string {
  const texts = lines.map(({ text }) => text);
  const model = modelOf(log)?.title.version;
  const referenced = /^#*\s*\[[^\]]+\](?![[(])|`_\s*$/.test(open?.section.heading.text ?? '');
  const { replace, insert } = linkChanges(texts, { ...request, model, referenced });
  const replaced = lines.map((line, index) => ({ ...line, text: replace.get(index) ?? line.text }));
  if (insert === undefined) return joinLines(replaced);
  const end = lineEnding(lines);
  const head = replaced.slice(0, insert.before).map((line) => ({ ...line, end: line.end === '' ? end : line.end }));
  const last = insert.before === replaced.length && lines.at(-1)!.end === '';
  return joinLines([...head, { text: insert.text, end: last ? '' : end }, ...replaced.slice(insert.before)]);
}

function isOf(version: string | undefined, wanted: string): boolean {
  return version !== undefined && sameVersion(version, wanted);
}

function hasEntries({ entries }: ChangelogRequest): boolean {
  return entries?.some((group) => group.entries.length > 0) ?? false;
}
