import type { z } from 'zod';
import { type ProjectFile, projectFileSchema } from './project-schema.ts';
import type { Path } from './yaml-source.ts';

/**
 * The file without its faulty keys, so that the rules between the others are looked at too: all faults at one go.
 * undefined where what is left does not stand by itself.
 */
export function withoutFaulty(value: unknown, issues: readonly z.core.$ZodIssue[]): ProjectFile | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const kept = structuredClone(value);
  for (const issue of issues) {
    const faulty = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const path of faulty) remove(kept, path);
  }
  return projectFileSchema.safeParse({ repository: 'https://github.com/unknown/unknown.git', ...kept }).data;
}

/** What is missing is removed with the thing that it is missing from. */
function remove(root: object, path: Path): void {
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], root);
  if (last === undefined || typeof holder !== 'object' || holder === null) return;
  if (last in holder) delete (holder as Record<PropertyKey, unknown>)[last];
  else if (path.length > 1) remove(root, path.slice(0, -1));
}
