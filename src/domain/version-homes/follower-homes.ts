import type { VersionHome } from './home.ts';
import { iniValue } from './ini-values.ts';
import { pythonHomes } from './python-home.ts';
import { tomlHome } from './toml-home.ts';
import { join, lineOf, type Tree } from './tree.ts';
import { crateHome, plainHome } from './version-source.ts';

/**
 * Places that repeat the version for a tool or a reader. They count only where they hold the project's very version: what says
 * something else has been left behind, or is about something else.
 */
export function followerHomes(tree: Tree, folder: string): VersionHome[] {
  return [
    ...docsConfHomes(tree, folder),
    ...bumpToolHomes(tree, folder),
    ...['VERSION', 'VERSION.txt', 'version.txt'].map((name) => textHome(tree, join(folder, name))),
    crateHome(tree, folder),
    citationHome(tree, join(folder, 'CITATION.cff')),
  ].filter((home) => home !== undefined);
}

function textHome(tree: Tree, path: string): VersionHome | undefined {
  const text = tree.read(path);
  return text === undefined ? undefined : plainHome(path, text);
}

const DOCS_CONF = ['docs/conf.py', 'docs/source/conf.py', 'docs/src/conf.py', 'doc/conf.py', 'doc/source/conf.py'];

/** Sphinx: `release` is the whole version, `version` often its first two numbers. */
function docsConfHomes(tree: Tree, folder: string): VersionHome[] {
  return DOCS_CONF.map((name) => join(folder, name)).flatMap((path) => {
    const homes = pythonHomes(path, tree.read(path) ?? '', ['release', 'version']);
    return homes.map((home) => ({
      ...home,
      kind: 'docs-conf' as const,
      form: /^v?\d+\.\d+$/.test(home.version) ? ('short' as const) : home.form,
    }));
  });
}

const TOML_SETTINGS: readonly (readonly [string, ...string[]])[] = [
  ['pyproject.toml', 'tool', 'commitizen', 'version'],
  ['.cz.toml', 'tool', 'commitizen', 'version'],
  ['cz.toml', 'tool', 'commitizen', 'version'],
  ['pyproject.toml', 'tool', 'bumpversion', 'current_version'],
  ['.bumpversion.toml', 'tool', 'bumpversion', 'current_version'],
  ['pyproject.toml', 'tool', 'bumpver', 'current_version'],
  ['bumpver.toml', 'bumpver', 'current_version'],
  ['pyproject.toml', 'tool', 'tbump', 'version', 'current'],
  ['tbump.toml', 'version', 'current'],
];

const INI_SETTINGS = [
  ['.bumpversion.cfg', 'bumpversion', 'current_version'],
  ['setup.cfg', 'bumpversion', 'current_version'],
  ['setup.cfg', 'bumpver', 'current_version'],
] as const;

function bumpToolHomes(tree: Tree, folder: string): VersionHome[] {
  const toml = TOML_SETTINGS.map(([name, ...keys]) =>
    tomlHome(tree, { path: join(folder, name), keys, kind: 'bump-tool' }),
  );
  const ini = INI_SETTINGS.map(([name, section, key]): VersionHome | undefined => {
    const path = join(folder, name);
    const text = tree.read(path);
    const found = iniValue(text, section, key);
    if (text === undefined || found === undefined || found.value === '') return undefined;
    const where = `[${section}] ${key}, line ${lineOf(text, found.span.start)}`;
    return {
      path,
      kind: 'bump-tool',
      where,
      version: found.value,
      span: found.span,
      form: 'whole',
      notation: 'pep440',
    };
  });
  return [...toml, ...ini].filter((home) => home !== undefined);
}

function citationHome(tree: Tree, path: string): VersionHome | undefined {
  const text = tree.read(path);
  const match = /^(?<lead>version:[ \t]*["']?)(?<version>v?\d[^"'\s#]*)/m.exec(text ?? '');
  if (text === undefined || match === null) return undefined;
  const { lead = '', version = '' } = match.groups!;
  const start = match.index + lead.length;
  const span = { start, end: start + version.length };
  return {
    path,
    kind: 'citation',
    where: `version, line ${lineOf(text, start)}`,
    version,
    span,
    form: 'whole',
    notation: 'semver',
  };
}
