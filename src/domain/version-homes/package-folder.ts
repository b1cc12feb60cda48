import { Problem } from '../problem.ts';
import { aboutName } from './about-name.ts';
import { iniValue, iniValues } from './ini-values.ts';
import { setupKeyword } from './setup-py.ts';
import { readToml, textAt } from './toml-home.ts';
import { folderOf, join, type Tree } from './tree.ts';

const MANIFESTS = ['pyproject.toml', 'setup.cfg', 'setup.py'];
const NOT_THE_PROJECT =
  /(?:^|\/)(?:tests?|testing|examples?|templates?|fixtures|docs?|vendor|_vendor|node_modules)(?:\/|$)/;

/** Names are compared as the index does (PEP 503). */
export function normalisedName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/**
 * The folder of a package in a repository that may hold several: '' at the top. Without a name it is the top, or the only package
 * there is; undefined where nothing tells.
 */
export function packageFolder(tree: Tree, packageName: string | undefined): string | undefined {
  const folders = manifestFolders(tree);
  const [first] = folders;
  if (packageName === undefined) return first === '' || folders.length === 1 ? first : undefined;
  const wanted = normalisedName(packageName);
  const named = folders.find((folder) => normalisedName(readableName(tree, folder) ?? '') === wanted);
  // A name that is computed can't be read: the top is meant unless it is another package's.
  return (
    named ??
    (first === '' && readableName(tree, '') === undefined ? first : undefined) ??
    (folders.length === 1 ? first : undefined)
  );
}

/** The packages of a repository by the names in their metadata. */
export function packageNames(tree: Tree): string[] {
  return manifestFolders(tree)
    .map((folder) => readableName(tree, folder))
    .filter((name) => name !== undefined);
}

/** Folders of packages, those near the top first. */
export function manifestFolders(tree: Tree): string[] {
  const folders = tree.paths
    .filter((path) => MANIFESTS.includes(path.slice(path.lastIndexOf('/') + 1)))
    .map(folderOf)
    .filter((folder) => !NOT_THE_PROJECT.test(folder));
  return [...new Set(folders)]
    .filter((folder) => holdsPackage(tree, folder))
    .toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

/** A pyproject.toml may hold nothing but the settings of tools or of a workspace. */
function holdsPackage(tree: Tree, folder: string): boolean {
  if (tree.paths.includes(join(folder, 'setup.py'))) return true;
  if (iniValues(tree.read(join(folder, 'setup.cfg')) ?? '').some(({ section }) => section === 'metadata')) return true;
  const pyproject = tree.read(join(folder, 'pyproject.toml')) ?? '';
  return /^[ \t]*(?:\[\s*(?:project|build-system|tool\.poetry|tool\.flit)\b|project\b)/m.test(pyproject);
}

function depth(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
}

/** For folders that may be no concern of ours: what can't be read has no name. */
function readableName(tree: Tree, folder: string): string | undefined {
  try {
    return nameIn(tree, folder);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** The name that a folder's metadata give. */
export function nameIn(tree: Tree, folder: string): string | undefined {
  const pyproject = readToml(tree, join(folder, 'pyproject.toml'));
  return (
    textAt(pyproject, 'project', 'name') ??
    textAt(pyproject, 'tool', 'poetry', 'name') ??
    textAt(pyproject, 'tool', 'flit', 'metadata', 'dist-name') ??
    textAt(pyproject, 'tool', 'flit', 'metadata', 'module') ??
    iniValue(tree.read(join(folder, 'setup.cfg')), 'metadata', 'name')?.value ??
    setupKeyword(tree.read(join(folder, 'setup.py')), 'name')?.value ??
    aboutName(tree, folder)
  );
}
