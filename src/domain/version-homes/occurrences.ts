import type { Span } from './tree.ts';

export interface Occurrence {
  readonly span: Span;
  /** The line it stands on, and where in it. */
  readonly line: string;
  readonly column: number;
}

/** A text wherever it stands alone: not inside a longer version, number or name. */
export function occurrences(text: string, wanted: string): Occurrence[] {
  const literal = wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const alone = new RegExp(
    `(?<![\\w.+-]|\\d!)${literal}(?![\\w+]|[.-]\\d|[.-](?:a|b|rc|c|alpha|beta|pre|post|dev)\\b|\\.(?:post|dev)\\d|-\\w)`,
    'g',
  );
  return [...text.matchAll(alone)].map(({ index }) => {
    const start = text.lastIndexOf('\n', index - 1) + 1;
    const end = text.indexOf('\n', index);
    const line = text.slice(start, end < 0 ? undefined : end);
    return { span: { start: index, end: index + wanted.length }, line, column: index - start };
  });
}
