import { iniValue } from './ini-values.ts';
import { setupKeyword } from './setup-py.ts';
import { readToml, textAt } from './toml-home.ts';
import { folderOf, join, type Tree } from './tree.ts';

const MANIFESTS = ['pyproject.toml', 'setup.cfg', 'setup.py'];

/** Names are compared as the index does (PEP 503). */
export function normalisedName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** The folder of a package in a repository that may hold several: '' at the top. */
export function packageFolder(tree: Tree, packageName: string | undefined): string {
  const folders = manifestFolders(tree);
  if (packageName === undefined) return folders[0] ?? '';
  const wanted = normalisedName(packageName);
  const named = folders.find((folder) => {
    const name = nameIn(tree, folder);
    return name !== undefined && normalisedName(name) === wanted;
  });
  return named ?? folders[0] ?? '';
}

/** Folders of packages, those near the top first. */
export function manifestFolders(tree: Tree): string[] {
  const folders = tree.paths
    .filter(
      (path) =>
        MANIFESTS.includes(path.split('/').at(-1) ?? '') &&
        !/(?:^|\/)(?:tests?|testing|examples?|templates?|fixtures)\//.test(path),
    )
    .map(folderOf);
  return [...new Set(folders)].toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

function depth(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
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
    setupKeyword(tree.read(join(folder, 'setup.py')), 'name')?.value
  );
}
