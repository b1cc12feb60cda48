import { comparing, type NewRelease, withVersion } from './heading-form.ts';
import { saysUnreleased } from './title.ts';

const DEFINITION = /^( {0,3}\[)([^\]]+)(\]:\s*)(\S+)(.*)$|^(\.\. _`?)([^:`]+)(`?:\s+)(\S+)(.*)$/;

interface Definition {
  readonly line: number;
  readonly before: string;
  readonly label: string;
  readonly between: string;
  readonly url: string;
  readonly after: string;
}

/**
 * The link definitions at the foot of a changelog, once `release` is there: Unreleased compares from its tag on, and its own link stands
 * beside its neighbour's, both in the project's form. Answers lines to replace and one to put before a line.
 */
export function linkChanges(
  texts: readonly string[],
  release: NewRelease & { model?: string | undefined; referenced: boolean },
): { replace: ReadonlyMap<number, string>; insert?: { before: number; text: string } } {
  const definitions = texts.flatMap((text, line) => readDefinition(text, line));
  const open = definitions.find(({ label }) => saysUnreleased(label));
  const last = definitions.find(({ label }) => release.model !== undefined && versionIn(label) === release.model);
  const replace = new Map<number, string>();
  if (open?.url.includes('/compare/')) {
    const url = open.url.replace(/\/compare\/.+?(\.{2,3})/, (_, dots) => `/compare/${release.tag}${dots}`);
    replace.set(open.line, written({ ...open, url }));
  }
  if (
    definitions.some(({ label }) => versionIn(label) === release.version) ||
    (last === undefined && !release.referenced)
  ) {
    return { replace };
  }
  const made = last === undefined ? open && firstLink(open, release) : nextLink(last, release);
  if (made === undefined) return { replace };
  const ascending = last !== undefined && open === undefined && isAscending(definitions, last);
  const before =
    open === undefined ? last!.line + (ascending ? 1 : 0) : open.line + (isFoot(definitions, open) ? 0 : 1);
  return { replace, insert: { before, text: written(made) } };
}

function nextLink(last: Definition, release: NewRelease & { model?: string | undefined }): Definition {
  const old = release.model!;
  const url = last.url.includes('/compare/')
    ? comparing(last.url, release)
    : withVersion(last.url, old, release.version);
  return {
    ...last,
    label: withVersion(last.label, old, release.version),
    url,
    after: withVersion(last.after, old, release.version),
  };
}

/** The first release of a page that compares its Unreleased section. */
function firstLink(open: Definition, release: NewRelease): Definition | undefined {
  if (!open.url.includes('/compare/')) return undefined;
  const url = open.url.replace(/\/compare\/(.+?)(\.{2,3})[^/\s]*$/, (_, from, dots) => {
    return `/compare/${release.previousTag ?? from}${dots}${release.tag}`;
  });
  return { ...open, label: release.version, url };
}

function readDefinition(text: string, line: number): Definition[] {
  const found = DEFINITION.exec(text);
  if (found === null) return [];
  const [before, label, between, url, after] = found[1] === undefined ? found.slice(6) : found.slice(1);
  return [{ line, before: before!, label: label!, between: between!, url: url!, after: after! }];
}

function written({ before, label, between, url, after }: Definition): string {
  return before + label + between + url + after;
}

function versionIn(label: string): string | undefined {
  return /^v?(\d[\w.+-]*)$/i.exec(label.trim())?.[1];
}

function versions(definitions: readonly Definition[]): Definition[] {
  return definitions.filter(({ label }) => versionIn(label) !== undefined);
}

/** Oldest first? Then the newest stands below the others. */
function isAscending(definitions: readonly Definition[], last: Definition): boolean {
  const all = versions(definitions);
  return all.length > 1 && all.at(-1) === last;
}

/** Does Unreleased stand below the versions? */
function isFoot(definitions: readonly Definition[], open: Definition): boolean {
  const all = versions(definitions);
  return all.length > 0 && all.every(({ line }) => line < open.line);
}
