import { isBlank, type Line } from './lines.ts';
import { markdownNoise } from './markdown-noise.ts';
import type { Changelog, Section } from './sections.ts';
import { CATEGORY, isLinkDefinition } from './sections.ts';

export type Content = 'blank' | 'heading' | 'comment' | 'placeholder' | 'entry';

const PLACEHOLDER =
  /^(?:(?:nothing|none|no (?:[a-z-]+ ){0,2}changes?)(?: (?:changed|here|to (?:see|report|note)|so far))?(?: (?:yet|here))*|n\/?a|tb[da]|todo|to be (?:added|written|announced)|placeholder|\.{3}|(?:short |brief )?description of (?:your |the |non-trivial )*changes?|(?:add |put |write )?(?:your )?(?:new )?(?:changes?|entry|entries)(?: (?:go(?:es)?|come|notes?))? here)$/i;

/** What each line of a section's body is; index 0 is the line after its heading. */
export function contentsOf({ lines, markup, headings }: Changelog, section: Section): Content[] {
  const from = section.heading.next;
  const inside = headings.filter(({ first }) => first >= from && first < section.end);
  const isHeading = (line: number) =>
    inside.some(
      ({ first, next, style, text }) => line >= first && line < next && (isLevel(style) || CATEGORY.test(text)),
    );
  const noise = markup === 'markdown' ? markdownNoise(lines) : rstComments(lines);
  return lines.slice(from, section.end).map((line, offset): Content => {
    const kind = noise[from + offset];
    if (kind === 'code') return 'entry';
    if (isBlank(line)) return 'blank';
    // A pair such as "prettier-ignore-start" and "-end" belongs to what it encloses.
    if (kind === 'comment') return /\b(?:ignore|disable|enable|start|end)\b/i.test(line.text) ? 'blank' : 'comment';
    if (isHeading(from + offset)) return 'heading';
    if (isLinkDefinition(line.text) || from + offset === section.status?.line) return 'blank';
    return isPlaceholder(line.text) ? 'placeholder' : 'entry';
  });
}

export function isEmptySection(log: Changelog, section: Section): boolean {
  return !contentsOf(log, section).includes('entry');
}

/** Headings of this section's own, without those that lead a bold sentence. */
function isLevel(style: string): boolean {
  return style !== 'bold' && style !== 'line';
}

function isPlaceholder(text: string): boolean {
  const bare = text
    .replace(/\\/g, '')
    .replace(/^\s*[-*+•] ?/, '')
    .replace(/^[\s([*_`]+|[\s)\]*_`.!…]+$/g, '');
  return /^\s*[-*+•]?\s*$/.test(text) || PLACEHOLDER.test(bare);
}

/** Comments of reStructuredText: two dots and what is indented under them. */
function rstComments(lines: readonly Line[]): ('comment' | undefined)[] {
  let open = false;
  return lines.map(({ text }) => {
    if (/^\.\.(?:\s|$)/.test(text)) open = !/^\.\. (?:_|\[|\||[\w-]+::)/.test(text);
    else if (/^\S/.test(text)) open = false;
    return open && text.trim() !== '' ? 'comment' : undefined;
  });
}
