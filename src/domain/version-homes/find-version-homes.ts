import { Problem } from '../problem.ts';
import { samePep440 } from '../version.ts';
import { followerHomes } from './follower-homes.ts';
import type { VersionHome, VersionHomes } from './home.ts';
import { cargoLockHomes, uvLockHomes } from './lock-homes.ts';
import { namedHomes } from './named-homes.ts';
import { nameIn, packageFolder } from './package-folder.ts';
import { pythonHomes } from './python-home.ts';
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
  const name = nameIn(tree, folder) ?? wanted;
  const named = files !== null && files.length > 0;
  const dynamic = named ? undefined : versionFromTag(tree, folder, wanted ?? name);
  if (dynamic !== undefined || files?.length === 0) {
    return { version: null, homes: [], dynamic: dynamic ?? null, notes: [], problem: null };
  }
  const found = named ? namedHomes(tree, { folder, name, files }) : lookedUp(tree, folder, name);
  return agreed(tree, { ...found, folder, name });
}

export interface Found {
  /** Homes that must agree, the first of them the one that counts. */
  readonly leading: readonly VersionHome[];
  /** Homes that count only where they agree. */
  readonly following: readonly VersionHome[];
  /** Named files in which nothing was found. */
  readonly missing: readonly string[];
}

function lookedUp(tree: Tree, folder: string, name: string | undefined): Found {
  const modules = versionModules(tree, folder, name).map((module) => ({
    ...module,
    homes: pythonHomes(module.path, module.text),
  }));
  const own = modules.filter((module) => module.own).flatMap(({ homes }) => homes);
  const dunder = own.filter(({ where, version }) => where.startsWith('__version__') && !isPlaceholder(version));
  const metadata = metadataHomes(tree, folder);
  const leading = [...metadata, ...(metadata.length === 0 && dunder.length === 0 ? own.slice(0, 1) : dunder)];
  return {
    leading,
    following: [...modules.flatMap(({ homes }) => homes), ...followerHomes(tree, folder)],
    missing: [],
  };
}

/** Written to be replaced by a build. */
function isPlaceholder(version: string): boolean {
  return /^0(?:\.0)*(?:\.?(?:dev|post)\d*)?(?:\+.*)?$/.test(version) || !/\d/.test(version);
}

interface Judged extends Found {
  readonly folder: string;
  readonly name: string | undefined;
}

function agreed(tree: Tree, { leading: all, following, missing, folder, name }: Judged): VersionHomes {
  const leading = distinct(all);
  const [first] = leading;
  if (first === undefined || missing.length > 0) {
    const message =
      missing.length > 0 ? `no version was found in ${missing.join(', ')}` : 'no file was found that holds the version';
    return {
      version: null,
      homes: [],
      dynamic: null,
      notes: [],
      problem: new Problem('version-home-missing', message),
    };
  }
  const locks = [
    ...uvLockHomes(tree, folder, name),
    ...leading.filter(({ kind }) => kind === 'cargo').flatMap((home) => cargoLockHomes(tree, home)),
  ];
  const others = distinct([...leading, ...following]).slice(leading.length);
  const agreeing = others.filter((home) => agrees(home, first));
  const left = others.filter((home) => !agreeing.includes(home) && home.kind !== 'python');
  return {
    version: first.version,
    homes: distinct([...leading, ...agreeing, ...locks]),
    dynamic: null,
    notes: left.map(
      ({ path, where, version }) => `${path} (${where}) says ${version}, not ${first.version}: left alone`,
    ),
    problem: disagreement(leading),
  };
}

function agrees(home: VersionHome, first: VersionHome): boolean {
  const [version, wanted] = [bare(home.version), bare(first.version)];
  if (home.form === 'short') return wanted.startsWith(`${version}.`) || samePep440(version, wanted);
  return (
    samePep440(version, wanted) ||
    (home.form === 'tuple' && home.version === wanted.replace(/\.?(?:a|b|rc|dev).*$/, ''))
  );
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
  const seen = new Map(homes.toReversed().map((home) => [`${home.path}\0${home.span.start}`, home]));
  return homes.filter((home, index) => {
    const key = `${home.path}\0${home.span.start}`;
    return seen.has(key) && homes.findIndex((other) => `${other.path}\0${other.span.start}` === key) === index;
  });
}
