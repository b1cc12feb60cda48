import type { Found } from './find-version-homes.ts';
import { followerHomes } from './follower-homes.ts';
import type { VersionHome } from './home.ts';
import { occurrences } from './occurrences.ts';
import { pythonHomes } from './python-home.ts';
import { lineOf, type Tree } from './tree.ts';
import { fileHome, metadataHomes } from './version-source.ts';

interface Named {
  readonly folder: string;
  readonly name: string | undefined;
  readonly files: readonly string[];
}

/** Homes in the files that the project file names, and in no other. */
export function namedHomes(tree: Tree, { folder, files }: Named): Found {
  const metadata = metadataHomes(tree, folder);
  const known = [...metadata, ...followerHomes(tree, folder)].filter(({ path }) => files.includes(path));
  const leading = metadata.filter(({ path }) => files.includes(path));
  const following = known.filter((home) => !leading.includes(home));
  const rest = files.filter((path) => !known.some((home) => home.path === path));
  const missing: string[] = [];
  // Python modules and plain texts first: they may say which version it is that the others are searched for.
  const plain = rest.flatMap((path) => {
    const homes = ownHomes(tree, path);
    return homes.length > 0 ? [{ path, homes }] : [];
  });
  const current = (leading[0] ?? plain[0]?.homes[0] ?? following[0])?.version;
  const others = rest.filter((path) => !plain.some((entry) => entry.path === path));
  const searched = others.map((path) => ({
    path,
    homes: current === undefined ? [] : searchedHomes(tree, path, current),
  }));
  missing.push(...searched.filter(({ homes }) => homes.length === 0).map(({ path }) => path));
  const dunder = plain.flatMap(({ homes }) => mainOf(homes));
  const all = [...leading, ...dunder];
  return {
    leading: all.length > 0 ? all : following.slice(0, 1),
    following: [...following, ...plain.flatMap(({ homes }) => homes), ...searched.flatMap(({ homes }) => homes)],
    missing,
  };
}

function ownHomes(tree: Tree, path: string): VersionHome[] {
  const text = tree.read(path);
  if (text === undefined) return [];
  if (path.endsWith('.py')) return pythonHomes(path, text);
  const home = fileHome(tree, path);
  return home === undefined ? [] : [home];
}

/** Of a module's names `__version__` is the one that must agree. */
function mainOf(homes: readonly VersionHome[]): readonly VersionHome[] {
  const dunder = homes.filter(({ where }) => where.startsWith('__version__'));
  return dunder.length > 0 ? dunder : homes.slice(0, 1);
}

/** In a file of no known kind: the project's version wherever it stands alone, on lines that speak of a version if there are any. */
function searchedHomes(tree: Tree, path: string, version: string): VersionHome[] {
  const text = tree.read(path) ?? '';
  const all = occurrences(text, version);
  const telling = all.filter(({ line }) => /version|release/i.test(line));
  return (telling.length > 0 ? telling : all).map(({ span }) => ({
    path,
    kind: 'named',
    where: `line ${lineOf(text, span.start)}`,
    version,
    span,
    form: 'whole',
    notation: 'pep440',
  }));
}
