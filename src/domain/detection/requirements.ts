import { normalisedName } from '../version-homes/package-folder.ts';
import { isTable, readToml, type TomlTable, valueAt } from '../version-homes/toml-home.ts';
import { folderOf, join, type Tree } from '../version-homes/tree.ts';
import { iniSection, listed } from './ini-section.ts';
import { poetryRequirements } from './poetry.ts';

/** Requirements by the name of their extra, group or file, as pip takes them. */
export type Named = ReadonlyMap<string, readonly string[]>;

/** pyproject.toml of a folder; an unreadable one is as good as none here: the version's homes say what is wrong with it. */
export function pyprojectOf(tree: Tree, folder: string): TomlTable | undefined {
  try {
    return readToml(tree, join(folder, 'pyproject.toml'));
  } catch {
    return undefined;
  }
}

export function extrasOf(tree: Tree, folder: string): Named {
  const pyproject = pyprojectOf(tree, folder);
  const listedThere =
    valueAt(pyproject, 'project', 'optional-dependencies') ?? valueAt(pyproject, 'tool', 'poetry', 'extras');
  const fromToml = isTable(listedThere) ? Object.entries(listedThere) : [];
  const cfg = iniSection(tree.read(join(folder, 'setup.cfg')), 'options.extras_require') ?? {};
  const dynamic = Object.entries(tableAt(pyproject, 'tool', 'setuptools', 'dynamic', 'optional-dependencies'));
  return new Map([
    ...setupPyExtras(tree.read(join(folder, 'setup.py'))),
    ...Object.entries(cfg).map(([name, value]): [string, string[]] => [name, listed(value)]),
    ...dynamic.map(([name, value]): [string, string[]] => [
      name,
      filesOf(value).flatMap((file) => requirementsIn(tree, join(folder, file))),
    ]),
    ...fromToml.map(([name, value]): [string, string[]] => [name, strings(value)]),
  ]);
}

/** Dependency groups (PEP 735), the ones that they include taken in. */
export function groupsOf(tree: Tree, folder: string): Named {
  const groups = tableAt(pyprojectOf(tree, folder), 'dependency-groups');
  const resolve = (name: string, seen: readonly string[]): string[] => {
    const key = Object.keys(groups).find((other) => normalisedName(other) === normalisedName(name));
    const entries = key === undefined || seen.includes(key) ? [] : groups[key];
    return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown) => {
      if (typeof entry === 'string') return [entry];
      const included = isTable(entry) ? entry['include-group'] : undefined;
      return typeof included === 'string' ? resolve(included, [...seen, key!]) : [];
    });
  };
  return new Map(Object.keys(groups).map((name) => [name, resolve(name, [])]));
}

/** Groups that pip knows nothing of, as plain requirements. */
export function toolGroupsOf(tree: Tree, folder: string): Named {
  const tool = tableAt(pyprojectOf(tree, folder), 'tool');
  const poetry = Object.entries(tableAt(tool, 'poetry', 'group')).map(([name, group]): [string, string[]] => [
    `tool.poetry.group.${name}`,
    poetryRequirements(tableAt(group, 'dependencies')),
  ]);
  const poetryDev = poetryRequirements(tableAt(tool, 'poetry', 'dev-dependencies'));
  const pdm = Object.entries(tableAt(tool, 'pdm', 'dev-dependencies')).map(([name, list]): [string, string[]] => [
    `tool.pdm.dev-dependencies.${name}`,
    strings(list),
  ]);
  const uv = strings(valueAt(tool, 'uv', 'dev-dependencies'));
  const hatch = Object.entries(tableAt(tool, 'hatch', 'envs')).map(([name, env]): [string, string[]] => [
    `tool.hatch.envs.${name}`,
    [...strings(valueAt(env, 'dependencies')), ...strings(valueAt(env, 'extra-dependencies'))].filter(
      (one) => !one.includes('{'),
    ),
  ]);
  return new Map(
    [
      ...poetry,
      ['tool.poetry.dev-dependencies', poetryDev] as [string, string[]],
      ...pdm,
      ['tool.uv.dev-dependencies', uv] as [string, string[]],
      ...hatch,
    ].filter(([, list]) => list.length > 0),
  );
}

/** A requirements file's entries, those of the files that it names included. */
export function requirementsIn(tree: Tree, path: string, seen: readonly string[] = []): string[] {
  const text = seen.includes(path) ? undefined : tree.read(path);
  if (text === undefined) return [];
  return listed(text.replaceAll(/\\\r?\n/g, ' ').replaceAll('\r', '')).flatMap((line) => {
    const nested = /^(?:-r|--requirement)[ =]?\s*(\S+)/.exec(line)?.[1];
    if (nested !== undefined) return requirementsIn(tree, join(folderOf(path), nested), [...seen, path]);
    return line.startsWith('-') ? [] : [line];
  });
}

/** Names of what is required, `own[extra]` of the package itself resolved. */
export function namesOf(
  requirements: readonly string[],
  own: string,
  extras: Named,
  seen: readonly string[] = [],
): string[] {
  return requirements.flatMap((requirement) => {
    const match = /^([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(requirement);
    const name = match === null ? undefined : normalisedName(match[1]!);
    if (name === undefined) return [];
    if (name !== normalisedName(own)) return [name];
    const wanted = (match?.[2] ?? '').split(',').map((extra) => extra.trim());
    return wanted
      .filter((extra) => !seen.includes(extra))
      .flatMap((extra) => namesOf(extras.get(extra) ?? [], own, extras, [...seen, extra]));
  });
}

export function tableAt(table: unknown, ...keys: readonly string[]): TomlTable {
  const value = valueAt(table, ...keys);
  return isTable(value) ? value : {};
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function filesOf(value: unknown): string[] {
  const file = isTable(value) ? value.file : undefined;
  return typeof file === 'string' ? [file] : strings(file);
}

/** Extras written out in setup.py; what is computed there stays unknown. */
function setupPyExtras(text: string | undefined): [string, string[]][] {
  const body = /extras_require\s*=\s*\{([^}]*)\}/.exec(text ?? '')?.[1] ?? '';
  return [...body.matchAll(/["']([\w.-]+)["']\s*:\s*\[([^\]]*)\]/g)].map(([, name, list]) => [
    name!,
    [...list!.matchAll(/["']([^"']+)["']/g)].map(([, requirement]) => requirement!),
  ]);
}
