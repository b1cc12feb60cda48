import { folderOf, join, type Tree } from './tree.ts';

const ABOUT = /\bname\s*=\s*\w+\[\s*["'](__\w+__)["']\s*\]/;
const MODULES = /^(?:src\/)?[\w.-]+\/(?:__about__|__version__|_version|__init__)\.py$/;

/** The name where setup.py reads a module into a dictionary: `setup(name=about["__title__"])` and `__title__ = "…"` in that module. */
export function aboutName(tree: Tree, folder: string): string | undefined {
  const key = ABOUT.exec(tree.read(join(folder, 'setup.py')) ?? '')?.[1];
  if (key === undefined) return undefined;
  const below = folder === '' ? '' : `${folder}/`;
  const modules = tree.paths.filter((path) => path.startsWith(below) && MODULES.test(path.slice(below.length)));
  const assigned = new RegExp(`^${key}\\s*=\\s*["']([A-Za-z0-9][A-Za-z0-9._-]*)["']`, 'm');
  const names = modules
    .filter((path) => !/(?:^|\/)tests?$/.test(folderOf(path)))
    .flatMap((path) => assigned.exec(tree.read(path) ?? '')?.[1] ?? []);
  return new Set(names).size === 1 ? names[0] : undefined;
}
