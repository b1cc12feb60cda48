import type { VersionHome } from './home.ts';
import { iniValue } from './ini-values.ts';
import { jsonHome } from './json-home.ts';
import { pythonHomes } from './python-home.ts';
import { setupPyHome } from './setup-py.ts';
import { isTable, readToml, textAt, tomlHome, valueAt } from './toml-home.ts';
import { join, lineOf, type Tree } from './tree.ts';
import { attributeHome } from './version-modules.ts';

/** The homes that a package's metadata are made from, the first of them the one that builds go by. */
export function metadataHomes(tree: Tree, folder: string): VersionHome[] {
  const pyproject = join(folder, 'pyproject.toml');
  const homes = [
    tomlHome(tree, { path: pyproject, keys: ['project', 'version'], kind: 'pyproject' }),
    tomlHome(tree, { path: pyproject, keys: ['tool', 'poetry', 'version'], kind: 'poetry' }),
    dynamicHome(tree, folder),
    setupCfgHome(tree, folder),
    setupPyHome(join(folder, 'setup.py'), tree.read(join(folder, 'setup.py'))),
  ];
  return homes.filter((home) => home !== undefined);
}

/** Where `dynamic = ["version"]` takes it from, for the backends that read a file of the project. */
function dynamicHome(tree: Tree, folder: string): VersionHome | undefined {
  const pyproject = readToml(tree, join(folder, 'pyproject.toml'));
  const tool = (...keys: string[]) => valueAt(pyproject, 'tool', ...keys);
  if (textAt(pyproject, 'project', 'version') !== undefined) return undefined;

  const hatch = tool('hatch', 'version');
  if (isTable(hatch)) {
    if (hatch.source === 'nodejs') return jsonHome(tree, join(folder, 'package.json'));
    return typeof hatch.path === 'string' ? fileHome(tree, join(folder, hatch.path)) : undefined;
  }
  const pdm = tool('pdm', 'version');
  if (isTable(pdm)) return typeof pdm.path === 'string' ? fileHome(tree, join(folder, pdm.path)) : undefined;
  const setuptools = tool('setuptools', 'dynamic', 'version');
  if (isTable(setuptools)) {
    if (typeof setuptools.attr === 'string') return attributeHome(tree, folder, setuptools.attr);
    const file = Array.isArray(setuptools.file) ? setuptools.file[0] : setuptools.file;
    return typeof file === 'string' ? fileHome(tree, join(folder, file)) : undefined;
  }
  const scikit = textAt(pyproject, 'tool', 'scikit-build', 'metadata', 'version', 'input');
  if (scikit !== undefined) return fileHome(tree, join(folder, scikit));
  return backendHome(tree, folder, textAt(pyproject, 'build-system', 'build-backend') ?? '');
}

function backendHome(tree: Tree, folder: string, backend: string): VersionHome | undefined {
  const pyproject = readToml(tree, join(folder, 'pyproject.toml'));
  if (backend.startsWith('flit')) {
    const module =
      textAt(pyproject, 'tool', 'flit', 'module', 'name') ??
      textAt(pyproject, 'tool', 'flit', 'metadata', 'module') ??
      textAt(pyproject, 'project', 'name')?.replaceAll('-', '_');
    return module === undefined ? undefined : attributeHome(tree, folder, `${module}.__version__`);
  }
  return backend.startsWith('maturin') ? crateHome(tree, folder) : undefined;
}

/** The crate that maturin builds: the version's source, or a follower where pyproject.toml has its own. */
export function crateHome(tree: Tree, folder: string): VersionHome | undefined {
  const pyproject = readToml(tree, join(folder, 'pyproject.toml'));
  if (!textAt(pyproject, 'build-system', 'build-backend')?.startsWith('maturin')) return undefined;
  return cargoHome(tree, join(folder, textAt(pyproject, 'tool', 'maturin', 'manifest-path') ?? 'Cargo.toml'));
}

/** A crate's version, or its workspace's where it is inherited. */
function cargoHome(tree: Tree, path: string): VersionHome | undefined {
  const inherited = valueAt(readToml(tree, path), 'package', 'version', 'workspace') === true;
  const shared = { path: 'Cargo.toml', keys: ['workspace', 'package', 'version'] };
  return tomlHome(tree, {
    ...(inherited ? shared : { path, keys: ['package', 'version'] }),
    kind: 'cargo',
    notation: 'semver',
  });
}

/** A file that is named as the version's: a Python module, or a text that holds nothing else. */
export function fileHome(tree: Tree, path: string): VersionHome | undefined {
  const text = tree.read(path);
  if (text === undefined) return undefined;
  if (!path.endsWith('.py')) return plainHome(path, text);
  return pythonHomes(path, text)[0];
}

export function plainHome(path: string, text: string): VersionHome | undefined {
  const match = /^(?<lead>(?:\uFEFF|\u00EF\u00BB\u00BF)?\s*)(?<version>v?\d\S*)\s*$/.exec(text)?.groups;
  if (match === undefined) return undefined;
  const { lead = '', version = '' } = match;
  const span = { start: lead.length, end: lead.length + version.length };
  return { path, kind: 'version-file', where: 'the whole file', version, span, form: 'whole', notation: 'pep440' };
}

function setupCfgHome(tree: Tree, folder: string): VersionHome | undefined {
  const path = join(folder, 'setup.cfg');
  const text = tree.read(path);
  const found = iniValue(text, 'metadata', 'version');
  if (text === undefined || found === undefined || found.value === '') return undefined;
  const { kind, target } = /^(?<kind>attr|file):\s*(?<target>\S+)$/.exec(found.value)?.groups ?? {};
  if (kind === 'attr' && target !== undefined) return attributeHome(tree, folder, target);
  if (kind === 'file' && target !== undefined) return fileHome(tree, join(folder, target));
  const where = `[metadata] version, line ${lineOf(text, found.span.start)}`;
  return { path, kind: 'setup-cfg', where, version: found.value, span: found.span, form: 'whole', notation: 'pep440' };
}
