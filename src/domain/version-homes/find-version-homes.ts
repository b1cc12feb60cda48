import { Problem } from '../problem.ts';
import { isPep440, samePep440 } from '../version.ts';
import { bumpToolFileHomes } from './bump-tool-files.ts';
import { followerHomes } from './follower-homes.ts';
import type { VersionHome, VersionHomes } from './home.ts';
import { cargoLockHomes, uvLockHomes } from './lock-homes.ts';
import { namedHomes } from './named-homes.ts';
import { nameIn, packageFolder, packageNames } from './package-folder.ts';
import { pythonHomes, unreadTuples } from './python-home.ts';
import { versionFromTag } from './tag-versions.ts';
import type { Tree } from './tree.ts';
import { versionModules } from './version-modules.ts';
import { metadataHomes } from './version-source.ts';

export interface Wanted {
  /** The package in question, where the repository may hold several. */
  readonly package?: string | undefined;
  /** The project file's `version.files`: these and the own entry of a lock file are then the only homes. Null: found by looking. */
  readonly files?: readonly string[] | null | undefined;
}

/** Every place where a package's version is written, and whether they agree. */
export function findVersionHomes(tree: Tree, { package: wanted, files = null }: Wanted = {}): VersionHomes {
  const folder = packageFolder(tree, wanted);
  const named = files !== null && files.length > 0;
  if (folder === undefined && !named) return nothingFound(noPackage(tree, wanted));
  const place = { folder: folder ?? '', name: (folder === undefined ? undefined : nameIn(tree, folder)) ?? wanted };
  const dynamic = named ? undefined : versionFromTag(tree, place.folder, wanted ?? place.name);
  if (dynamic !== undefined || files?.length === 0) {
    return { version: null, homes: [], dynamic: dynamic ?? null, notes: [], problem: null };
  }
  return agreed(tree, { ...place, ...(named ? namedHomes(tree, place.folder, files) : lookedUp(tree, place)) });
}

function nothingFound(message: string): VersionHomes {
  return { version: null, homes: [], dynamic: null, notes: [], problem: new Problem('version-home-missing', message) };
}

function noPackage(tree: Tree, wanted: string | undefined): string {
  const names = packageNames(tree);
  if (names.length === 0) return 'there is no pyproject.toml, setup.cfg or setup.py';
  const those = names.slice(0, 20).join(', ');
  return wanted === undefined
    ? `the repository holds several packages and none at its top, so that one must be named: ${those}`
    : `no package is called ${wanted}; the repository holds ${those}`;
}

export interface Found {
  /** Homes that must agree, the first of them the one that counts. */
  readonly leading: readonly VersionHome[];
  /** Homes that count only where they agree. */
  readonly following: readonly VersionHome[];
  readonly notes: readonly string[];
  /** Named files in which nothing was found. */
  readonly missing?: readonly string[];
}

interface Place {
  readonly folder: string;
  readonly name: string | undefined;
}

function lookedUp(tree: Tree, { folder, name }: Place): Found {
  const modules = versionModules(tree, folder, name).map((module) => ({
    ...module,
    homes: pythonHomes(module.path, module.text),
  }));
  const own = modules.filter((module) => module.own).flatMap(({ homes }) => homes);
  const metadata = metadataHomes(tree, folder);
  const leading = [...metadata, ...own.filter(isMain)];
  const following = [...modules.flatMap(({ homes }) => homes), ...followerHomes(tree, folder)];
  const notes = modules.filter((module) => module.own).flatMap(({ path, text }) => unreadTuples(path, text));
  const mains = modules.flatMap(({ homes }) => homes.filter(isMain));
  const found = leading.length > 0 ? leading : own.length > 0 ? own.slice(0, 1) : mains.length === 1 ? mains : [];
  const named = found.slice(0, 1).flatMap(({ version }) => bumpToolFileHomes(tree, folder, version));
  return { leading: found, following: [...following, ...named], notes };
}

/** A `__version__` that is not there to be replaced by a build. */
function isMain({ name, version }: VersionHome): boolean {
  return name === '__version__' && !isPlaceholder(version);
}

/** Written to be replaced by a build. */
function isPlaceholder(version: string): boolean {
  return /^0(?:\.0)*(?:\.?(?:dev|post)\d*)?(?:\+.*)?$/.test(version) || !/\d/.test(version);
}

function agreed(tree: Tree, { folder, name, ...found }: Found & Place): VersionHomes {
  const leading = distinct(found.leading);
  const [first] = leading;
  const missing = found.missing ?? [];
  if (missing.length > 0) return nothingFound(`no version was found in ${missing.join(', ')}`);
  if (first === undefined) return nothingFound('no file was found that holds the version');
  const others = distinct([...leading, ...found.following]).slice(leading.length);
  const agreeing = others.filter((home) => agrees(home, first));
  const locks = [
    ...uvLockHomes(tree, folder, name),
    ...[...leading, ...agreeing].filter(({ kind }) => kind === 'cargo').flatMap((home) => cargoLockHomes(tree, home)),
  ];
  const left = others.filter(
    (home) =>
      !agreeing.includes(home) && isPep440(home.version) && (home.kind !== 'python' || first.path === home.path),
  );
  return {
    version: first.version,
    homes: distinct([...leading, ...agreeing, ...locks]),
    dynamic: null,
    notes: [
      ...found.notes,
      ...left.map(({ path, where, version }) => `${path} (${where}) says ${version}, not ${first.version}: left alone`),
    ],
    problem: disagreement(leading),
  };
}

function agrees(home: VersionHome, first: VersionHome): boolean {
  const [version, wanted] = [bare(home.version), bare(first.version)];
  if (home.form === 'short') return wanted.startsWith(`${version}.`) || samePep440(version, wanted);
  // A tuple may stay behind in its stage: what it says in numbers decides.
  return samePep440(version, wanted) || (home.form === 'tuple' && samePep440(numbersOf(version), numbersOf(wanted)));
}

function numbersOf(version: string): string {
  return /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version;
}

function bare(version: string): string {
  return version.replace(/^v/, '');
}

function disagreement(leading: readonly VersionHome[]): Problem | null {
  const [first, ...others] = leading;
  const different = others.filter((home) => first !== undefined && !agrees(home, first));
  if (first === undefined || different.length === 0) return null;
  const sides = [first, ...different].map(({ path, where, version }) => `${path} (${where}) says ${version}`);
  return new Problem('version-homes-disagree', sides.join('; '), { faults: sides });
}

function distinct(homes: readonly VersionHome[]): VersionHome[] {
  const keys = homes.map(({ path, span }) => `${path}\0${span.start}`);
  return homes.filter((_, index) => keys.indexOf(keys[index]!) === index);
}
