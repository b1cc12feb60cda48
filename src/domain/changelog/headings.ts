import { isBlank, type Line } from './lines.ts';
import { markdownNoise } from './markdown-noise.ts';
import { saysUnreleased } from './title.ts';

/** A heading in any of the forms that changelogs use; `first` to before `next` are its lines, `title` the one with its text. */
export interface Heading {
  readonly first: number;
  readonly title: number;
  readonly next: number;
  readonly text: string;
  /** Two headings of one style are of one level: '##', 'setext =', 'rst -', 'rst over #', 'bold', 'line'. */
  readonly style: string;
}

export type Markup = 'markdown' | 'rst';

const ADORNMENT = /^([!-/:-@[-`{-~])\1+\s*$/;

/** reStructuredText by its file name, or where a plain file underlines its titles. */
export function markupOf(path: string, lines: readonly Line[]): Markup {
  if (/\.(?:md|markdown|mdown)$/i.test(path)) return 'markdown';
  if (/\.re?st$/i.test(path)) return 'rst';
  const hashes = lines.filter(({ text }) => /^#{1,6} \S/.test(text)).length;
  const underlines = lines.filter(({ text }) => /^([=~*^-])\1{2,}\s*$/.test(text)).length;
  return hashes > underlines ? 'markdown' : 'rst';
}

export function findHeadings(lines: readonly Line[], markup: Markup): Heading[] {
  return markup === 'markdown' ? markdownHeadings(lines) : rstHeadings(lines);
}

function markdownHeadings(lines: readonly Line[]): Heading[] {
  const noise = markdownNoise(lines);
  const headings: Heading[] = [];
  lines.forEach(({ text }, index) => {
    if (noise[index] !== undefined) return;
    const hashes = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(text);
    const under = /^ {0,3}(=+|-{2,})[ \t]*$/.exec(lines[index + 1]?.text ?? '');
    const paragraph = (index === 0 || isBlank(lines[index - 1])) && /^ {0,3}[^\s#>|*+-]/.test(text);
    if (hashes !== null) {
      headings.push({ first: index, title: index, next: index + 1, text: hashes[2] ?? '', style: hashes[1]! });
    } else if (under !== null && paragraph) {
      headings.push({
        first: index,
        title: index,
        next: index + 2,
        text: text.trim(),
        style: `setext ${under[1]![0]}`,
      });
    } else if (isBold(text)) {
      headings.push({ first: index, title: index, next: index + 1, text: text.trim(), style: 'bold' });
    }
  });
  return headings;
}

function rstHeadings(lines: readonly Line[]): Heading[] {
  const headings: Heading[] = [];
  for (let index = 0; index < lines.length; index++) {
    const text = lines[index]!.text;
    const under = ADORNMENT.exec(lines[index + 1]?.text ?? '')?.[1];
    const over = ADORNMENT.exec(lines[index - 1]?.text ?? '')?.[1];
    if (text.trim() === '' || ADORNMENT.test(text)) continue;
    const overlined = over !== undefined && over === under && (index === 1 || isBlank(lines[index - 2]));
    const free = index === 0 || isBlank(lines[index - 1]);
    if (under !== undefined && (overlined || (free && /^\S/.test(text) && longEnough(lines[index + 1]!.text, text)))) {
      const first = overlined ? index - 1 : index;
      const style = `rst ${overlined ? 'over ' : ''}${under}`;
      headings.push({ first, title: index, next: index + 2, text: text.trim(), style });
      index++;
    } else if (isBold(text)) {
      headings.push({ first: index, title: index, next: index + 1, text: text.trim(), style: 'bold' });
    } else if (free && (/^(?:v|version |release )?\d+\.\d/i.test(text) || (/^\w/.test(text) && saysUnreleased(text)))) {
      headings.push({ first: index, title: index, next: index + 1, text: text.trim(), style: 'line' });
    }
  }
  return headings;
}

function isBold(text: string): boolean {
  return /^(\*\*|__)[^\s*_](?:(?!\1).)*\1(?:\s*[:([-].*)?$/.test(text.trimEnd());
}

/** docutils takes an underline of four, however long the title; what is shorter must be as long as it. */
function longEnough(underline: string, title: string): boolean {
  const length = underline.trimEnd().length;
  return length >= 4 || length >= title.trimEnd().length;
}
