/**
 * The files of a commit or folder. Texts must come from bytes without loss (`exactText`): a mark at the start, line endings and
 * whatever is not UTF-8 are kept, so that an edit changes the version's own characters only.
 */
export interface Tree {
  readonly paths: readonly string[];
  read(path: string): string | undefined;
}

export interface Edit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** A stretch of a text, in its own units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Folder of a path: '' at the top. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

export function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
