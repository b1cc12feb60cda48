import { relative } from 'node:path';

export function lines(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : `${title}\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
}

/** A file as a person would type it from here. */
export function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
