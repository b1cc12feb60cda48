import type { VersionHome } from './home.ts';
import { normalisedName } from './package-folder.ts';
import { readToml, textAt, valueAt } from './toml-home.ts';
import { type TomlString, tomlStrings } from './toml-strings.ts';
import { folderOf, join, lineOf, type Tree } from './tree.ts';

/** The project's own entry in uv.lock, beside the package or above it: the one whose source is the package's folder. */
export function uvLockHomes(tree: Tree, folder: string, packageName: string | undefined): VersionHome[] {
  return foldersUpwards(folder).flatMap((above) => {
    const path = join(above, 'uv.lock');
    const inside = folder.slice(above === '' ? 0 : above.length + 1) || '.';
    const home = lockHome(tree, path, (entry) => {
      const source = entry('source', 'editable') ?? entry('source', 'virtual') ?? entry('source', 'directory');
      return (
        source === inside &&
        (packageName === undefined || normalisedName(entry('name') ?? '') === normalisedName(packageName))
      );
    });
    return home === undefined ? [] : [{ ...home, kind: 'uv-lock', notation: 'pep440' } as const];
  });
}

/** The crate's own entry in Cargo.lock, which a locked build compares with Cargo.toml. */
export function cargoLockHomes(tree: Tree, cargo: VersionHome): VersionHome[] {
  const name = textAt(readToml(tree, cargo.path), 'package', 'name');
  if (name === undefined) return [];
  return foldersUpwards(folderOf(cargo.path)).flatMap((above) => {
    const home = lockHome(
      tree,
      join(above, 'Cargo.lock'),
      (entry) => entry('name') === name && entry('source') === undefined && entry('version') === cargo.version,
    );
    return home === undefined ? [] : [{ ...home, kind: 'cargo-lock', notation: 'semver' } as const];
  });
}

function foldersUpwards(folder: string): string[] {
  return folder === '' ? [''] : [folder, ...foldersUpwards(folderOf(folder))];
}

type Entry = (...keys: string[]) => string | undefined;

function lockHome(
  tree: Tree,
  path: string,
  isOwn: (entry: Entry) => boolean,
): Omit<VersionHome, 'kind' | 'notation'> | undefined {
  const text = tree.read(path);
  if (text === undefined || !Array.isArray(valueAt(readToml(tree, path), 'package'))) return undefined;
  const strings = tomlStrings(text).filter((entry) => entry.path[0] === 'package');
  const own = entries(strings).find((entry) => isOwn(reader(entry)));
  const version = own?.find(({ path: keys }) => keys.length === 2 && keys[1] === 'version');
  const name = own?.find(({ path: keys }) => keys.length === 2 && keys[1] === 'name');
  if (version === undefined) return undefined;
  const where = `version of ${name?.value}, line ${lineOf(text, version.span.start)}`;
  return { path, where, version: version.value, span: version.span, form: 'whole' };
}

function entries(strings: readonly TomlString[]): TomlString[][] {
  const tables = new Map<number, TomlString[]>();
  for (const string of strings) tables.set(string.table, [...(tables.get(string.table) ?? []), string]);
  return [...tables.values()];
}

function reader(entry: readonly TomlString[]): Entry {
  return (...keys) => entry.find(({ path }) => path.slice(1).join('\0') === keys.join('\0'))?.value;
}
