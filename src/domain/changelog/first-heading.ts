import type { NewRelease } from './heading-form.ts';
import type { Changelog, Section } from './sections.ts';

/** The heading of the first release on a page: the one of its open section tells the form, else the page's title does. */
export function firstHeading(log: Changelog, release: NewRelease, open?: Section): string[] {
  if (open !== undefined) return fromOpen(log, release, open);
  if (log.markup === 'markdown') return [`## ${release.version} - ${release.date}`];
  const title = `${release.version} (${release.date})`;
  const used = log.headings.find(({ style }) => style.startsWith('rst'))?.style.at(-1);
  return [title, (used === '-' ? '~' : '-').repeat(title.length)];
}

function fromOpen(log: Changelog, release: NewRelease, open: Section): string[] {
  const { heading, status } = open;
  const date = log.markup === 'markdown' ? ` - ${release.date}` : ` (${release.date})`;
  const raw = log.lines[heading.title]!.text;
  const title = status === undefined ? titled(raw, open, release, date) : numbered(raw, open, release);
  const texts = log.lines.slice(heading.first, heading.next).map(({ text }, offset) => {
    return heading.first + offset === heading.title
      ? title
      : text.trim()[0]!.repeat(Math.max(4, title.trimEnd().length));
  });
  if (status === undefined) return texts;
  const said = log.lines.slice(heading.next, status.line + 1).map(({ text }) => text);
  return [
    ...texts,
    ...said.slice(0, -1),
    said.at(-1)!.replace(/[A-Za-z][A-Za-z ]*[A-Za-z]/, `Released ${release.date}`),
  ];
}

function titled(raw: string, open: Section, release: NewRelease, date: string): string {
  if (open.title.version === undefined) {
    const linked = raw.replace(/\[[^\]]+\](\(([^)]*)\))?/, (_, target, url: string | undefined) => {
      return `[${release.version}]${target === undefined ? '' : `(${released(url!, release)})`}`;
    });
    const named = linked === raw ? raw.replace(/[A-Za-z].*$/, release.version) : linked;
    return named.trimEnd() + date;
  }
  const renamed = numbered(raw, open, release);
  const at = renamed.indexOf(release.version) + release.version.length;
  const rest = renamed.slice(at);
  const marked = rest.replace(/[A-Za-z?][\w?./ -]*[\w?]/, release.date);
  return renamed.slice(0, at) + (marked === rest ? rest.trimEnd() + date : marked);
}

function numbered(raw: string, open: Section, release: NewRelease): string {
  return raw.replace(open.title.version ?? '\0', release.version);
}

/** '…/compare/v1.0.0...HEAD' up to the new tag. */
function released(url: string, { tag }: NewRelease): string {
  return url.replace(/(\/compare\/.+?\.{2,3})[^/]+$/, (_, start) => start + tag);
}
