import { Problem } from '../problem.ts';
import { finalised, toPep440 } from '../version.ts';
import type { VersionHome, VersionHomes } from './home.ts';
import { tupleFor } from './python-home.ts';
import { changedStrings } from './toml-home.ts';
import type { Edit, Tree } from './tree.ts';

/** Writes a version (SemVer) into the homes that were found in this very tree: the version's own characters change, and nothing else. */
export function editVersionHomes(tree: Tree, { homes, problem }: VersionHomes, version: string): Edit[] {
  if (problem !== null) throw problem;
  return [...new Set(homes.map(({ path }) => path))].flatMap((path) => {
    const here = homes.filter((home) => home.path === path);
    const before = tree.read(path) ?? '';
    const after = here
      .toSorted((a, b) => b.span.start - a.span.start)
      .reduce((text, home) => written(text, home, version), before);
    if (path.endsWith('.toml') || path.endsWith('.lock')) prove(path, before, after, here.length);
    return after === before ? [] : [{ path, before, after }];
  });
}

function written(text: string, home: VersionHome, version: string): string {
  const { start, end } = home.span;
  return text.slice(0, start) + textFor(home, text.slice(start, end), version) + text.slice(end);
}

function textFor({ form, notation }: VersionHome, old: string, version: string): string {
  if (form === 'tuple') return tupleFor(old, toPep440(version));
  const v = old.startsWith('v') ? 'v' : '';
  if (form === 'short') return v + finalised(version).split('.').slice(0, 2).join('.');
  // A file that spells its pre-releases 1.2.0-alpha.1 goes on so: Python reads that as 1.2.0a1.
  const semver = notation === 'semver' || /^v?\d+\.\d+\.\d+-(?:alpha|beta|rc)\.\d+$/.test(old);
  return v + (semver ? version : toPep440(version));
}

function prove(path: string, before: string, after: string, homes: number): void {
  if (changedStrings(before, after) > homes) {
    throw new Problem('version-home-missing', `${path}: the version can't be changed without changing something else`);
  }
}
