import type { Found } from './find-version-homes.ts';
import { followerHomes } from './follower-homes.ts';
import type { VersionHome } from './home.ts';
import { occurrences } from './occurrences.ts';
import { pythonHomes } from './python-home.ts';
import { lineOf, type Tree } from './tree.ts';
import { fileHome, metadataHomes } from './version-source.ts';

/** Homes in the files that the project file names, and in no other. */
export function namedHomes(tree: Tree, folder: string, files: readonly string[]): Found {
  const isNamed = ({ path }: VersionHome) => files.includes(path);
  const metadata = metadataHomes(tree, folder).filter(isNamed);
  const followers = followerHomes(tree, folder).filter(isNamed);
  const unknown = files.filter((path) => !metadata.some((home) => home.path === path));
  const modules = unknown.map((path) => ownHomes(tree, path)).filter((homes) => homes.length > 0);
  const leading = [...metadata, ...modules.flatMap(mainOf)];
  const following = [...followers, ...modules.flat()];
  const version = (leading[0] ?? following[0])?.version;
  const rest = unknown.filter((path) => !following.some((home) => home.path === path));
  const searched = rest.map((path) => (version === undefined ? [] : searchedHomes(tree, path, version)));
  return {
    leading: leading.length > 0 ? leading : following.slice(0, 1),
    following: [...following, ...searched.flat()],
    notes: [],
    missing: rest.filter((path, index) => searched[index]!.length === 0 && !path.endsWith('uv.lock')),
  };
}

function ownHomes(tree: Tree, path: string): VersionHome[] {
  if (path.endsWith('.py')) return pythonHomes(path, tree.read(path) ?? '');
  const home = fileHome(tree, path);
  return home === undefined ? [] : [home];
}

/** Of a module's names `__version__` is the one that must agree. */
function mainOf(homes: readonly VersionHome[]): readonly VersionHome[] {
  const dunder = homes.filter(({ name }) => name === '__version__');
  return dunder.length > 0 ? dunder : homes.slice(0, 1);
}

/** In a file of no known kind: the version wherever it stands alone, on lines that speak of a version if there are any. */
function searchedHomes(tree: Tree, path: string, version: string): VersionHome[] {
  const text = tree.read(path) ?? '';
  const all = [...occurrences(text, version), ...occurrences(text, `v${version}`)];
  const telling = all.filter(({ line }) => /version|release/i.test(line));
  return (telling.length > 0 ? telling : all).map(({ span }) => {
    const where = `line ${lineOf(text, span.start)}`;
    return {
      path,
      kind: 'named',
      where,
      version: text.slice(span.start, span.end),
      span,
      form: 'whole',
      notation: 'pep440',
    };
  });
}
