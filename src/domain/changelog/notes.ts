import { contentsOf } from './contents.ts';
import { rstToMarkdown } from './rst-to-markdown.ts';
import type { Changelog, Section } from './sections.ts';

/** A section's body as Markdown that stands alone: link definitions of the page's foot come along, empty headings do not. */
export function sectionAsMarkdown(log: Changelog, section: Section): string {
  const contents = contentsOf(log, section);
  const texts = log.lines
    .slice(section.heading.next, section.end)
    .map(({ text }) => text)
    .filter((_, index) => {
      const content = contents[index];
      const unwritten = content === 'placeholder' && section.title.kind === 'unreleased';
      return content !== 'comment' && !unwritten && section.heading.next + index !== section.status?.line;
    });
  const body = log.markup === 'rst' ? rstToMarkdown(texts) : texts;
  const tidy = body
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\s+$/g, '');
  if (log.markup === 'rst') return tidy;
  const used = log.lines.flatMap(({ text }) => {
    const label = /^ {0,3}\[([^\]]+)\]: *\S/.exec(text)?.[1];
    return label !== undefined && tidy.toLowerCase().includes(`[${label.toLowerCase()}]`) && !tidy.includes(text)
      ? [text.trim()]
      : [];
  });
  return used.length === 0 ? tidy : `${tidy}\n\n${used.join('\n')}`;
}
