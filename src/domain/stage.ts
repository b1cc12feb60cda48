import { prerelease } from 'semver';
import type { Stage } from './project.ts';

/** The kind of release that a SemVer version is; an unknown pre-release word counts as alpha, the least trusted. */
export function stageOf(version: string): Stage {
  const word = prerelease(version)?.[0];
  if (word === undefined) return 'stable';
  return word === 'rc' || word === 'beta' ? word : 'alpha';
}
