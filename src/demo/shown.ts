import { relative } from 'node:path';

/** A file as a person would type it from here. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
