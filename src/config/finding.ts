import { sentence } from './schema-faults.ts';
import type { Path } from './yaml-source.ts';

/** A rule between keys that does not hold. */
export interface Finding {
  readonly path: Path;
  readonly text: string;
}

export function finding(path: Path, wrong: string, remedy: string): Finding {
  return { path, text: sentence(wrong, remedy) };
}
