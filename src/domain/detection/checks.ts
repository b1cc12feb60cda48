import { isTable, valueAt } from '../version-homes/toml-home.ts';
import { join, type Tree } from '../version-homes/tree.ts';
import { iniSection } from './ini-section.ts';
import { pyprojectOf } from './requirements.ts';

export interface Check {
  readonly name: string;
  readonly run: string;
  /** What is to be installed for it. */
  readonly needs: string;
  readonly where: string;
}

/** Linters and type checkers that the project itself configures. */
export function findChecks(tree: Tree, folder: string, module: string | undefined): Check[] {
  const tool = (name: string) =>
    isTable(valueAt(pyprojectOf(tree, folder), 'tool', name)) ? join(folder, 'pyproject.toml') : undefined;
  const file = (...names: readonly string[]) =>
    names.map((name) => join(folder, name)).find((path) => tree.paths.includes(path));
  const section = (path: string, name: string) =>
    iniSection(tree.read(join(folder, path)), name) === undefined ? undefined : join(folder, path);
  const source = sourceOf(tree, folder, module);
  const mypy = file('mypy.ini', '.mypy.ini') ?? tool('mypy') ?? section('setup.cfg', 'mypy');
  const flake8 = file('.flake8') ?? section('setup.cfg', 'flake8') ?? section('tox.ini', 'flake8');
  const known: readonly (readonly [string, string, string | undefined])[] = [
    ['ruff', 'ruff check .', file('ruff.toml', '.ruff.toml') ?? tool('ruff')],
    ['flake8', `flake8 ${source ?? '.'}`, flake8],
    ['black', 'black --check .', tool('black')],
    ['mypy', namesFiles(tree, folder, mypy) ? 'mypy' : `mypy ${source ?? '.'}`, mypy],
    ['pyright', 'pyright', file('pyrightconfig.json') ?? tool('pyright')],
  ];
  const cd = folder === '' ? '' : `cd ${folder} && `;
  return known.flatMap(([name, run, where]) =>
    where === undefined ? [] : [{ name, run: cd + run, needs: name, where }],
  );
}

function namesFiles(tree: Tree, folder: string, path: string | undefined): boolean {
  if (path === undefined) return false;
  const table = path.endsWith('.toml')
    ? valueAt(pyprojectOf(tree, folder), 'tool', 'mypy')
    : iniSection(tree.read(path), 'mypy');
  return isTable(table) && ['files', 'packages', 'modules'].some((key) => key in table);
}

/** Folder or file of the package, from where the check runs. */
function sourceOf(tree: Tree, folder: string, module: string | undefined): string | undefined {
  if (module === undefined) return undefined;
  const path = module.replaceAll('.', '/');
  const places = [`src/${path}`, `lib/${path}`, path].flatMap((place) => [place, `${place}.py`]);
  return places.find((place) =>
    tree.paths.some((one) => one === join(folder, place) || one.startsWith(`${join(folder, place)}/`)),
  );
}
