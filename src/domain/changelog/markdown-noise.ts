import type { Line } from './lines.ts';

export type Noise = 'code' | 'comment';

/** Which lines of a Markdown text are fenced code, HTML comments or front matter: what looks like a heading there is none. */
export function markdownNoise(lines: readonly Line[]): (Noise | undefined)[] {
  let fence: string | undefined;
  let comment = false;
  let matter = lines[0]?.text.trimEnd() === '---' && lines.slice(1, 40).some(({ text }) => text.trimEnd() === '---');
  return lines.map(({ text }, index) => {
    if (matter) {
      if (index > 0 && text.trimEnd() === '---') matter = false;
      return 'comment';
    }
    if (fence !== undefined) {
      if (new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`).test(text)) fence = undefined;
      return 'code';
    }
    if (comment) {
      comment = !text.includes('-->');
      return 'comment';
    }
    const opened = /^\s*(`{3,}|~{3,})/.exec(text);
    if (opened !== null) {
      fence = opened[1]!;
      return 'code';
    }
    if (/^\s*<!--/.test(text)) {
      comment = !text.includes('-->');
      return 'comment';
    }
    return undefined;
  });
}
