import { isTable, valueAt } from '../version-homes/toml-home.ts';
import { join, type Tree } from '../version-homes/tree.ts';
import { iniSection, listed } from './ini-section.ts';
import { pyprojectOf, strings, tableAt } from './requirements.ts';

export interface TestCommand {
  readonly run: string;
  readonly where: string;
  /** Packages that the command needs, besides what the project names. */
  readonly needs: readonly string[];
  readonly runner: 'pytest' | 'unittest';
}

interface PytestSettings {
  readonly path: string;
  readonly addopts: string;
  readonly testpaths: readonly string[];
  readonly keys: readonly string[];
}

/** How the project runs its tests; undefined where it has none. */
export function findTestCommand(tree: Tree, folder: string): TestCommand | undefined {
  const settings = pytestSettings(tree, folder);
  const files = testFiles(tree, folder);
  const uses =
    tree.paths.some((path) => /(?:^|\/)conftest\.py$/.test(path)) ||
    files.some((path) => /\bpytest\b/.test(tree.read(path) ?? ''));
  if (settings === undefined && files.length === 0) return undefined;
  const folders = folderOfTests(tree, folder);
  const plainFunctions = files.some((path) => /^(?:async )?def test_/m.test(tree.read(path) ?? ''));
  if (
    settings === undefined &&
    !uses &&
    !plainFunctions &&
    files.some((path) => /\bunittest\b/.test(tree.read(path) ?? ''))
  ) {
    const start = folders ?? (files.every((path) => path.startsWith(join(folder, 'src/'))) ? join(folder, 'src') : '.');
    return {
      run: `python -m unittest discover -s ${start}`,
      where: `unittest's cases in ${folders ?? 'the repository'}`,
      needs: [],
      runner: 'unittest',
    };
  }
  const target = settings !== undefined && settings.testpaths.length > 0 ? undefined : folders;
  const where =
    settings === undefined
      ? `pytest's tests in ${folders ?? 'the repository'}`
      : `pytest's settings in ${settings.path}`;
  const cd = folder === '' ? '' : `cd ${folder} && `;
  const inside = target === undefined ? '' : ` ${folder === '' ? target : target.slice(folder.length + 1)}`;
  return { run: `${cd}python -m pytest${inside}`, where, needs: ['pytest', ...plugins(settings)], runner: 'pytest' };
}

export function pytestSettings(tree: Tree, folder: string): PytestSettings | undefined {
  const pyproject = pyprojectOf(tree, folder);
  const native = tableAt(pyproject, 'tool', 'pytest');
  const toml = isTable(valueAt(native, 'ini_options'))
    ? tableAt(native, 'ini_options')
    : Object.keys(native).length > 0
      ? native
      : undefined;
  if (toml !== undefined) {
    const addopts = Array.isArray(toml.addopts) ? strings(toml.addopts).join(' ') : String(toml.addopts ?? '');
    const testpaths = typeof toml.testpaths === 'string' ? toml.testpaths.split(/\s+/) : strings(toml.testpaths);
    return { path: join(folder, 'pyproject.toml'), addopts, testpaths, keys: Object.keys(toml) };
  }
  const sections = [
    ['pytest.ini', 'pytest'],
    ['.pytest.ini', 'pytest'],
    ['tox.ini', 'pytest'],
    ['setup.cfg', 'tool:pytest'],
  ] as const;
  for (const [file, section] of sections) {
    const path = join(folder, file);
    const values = iniSection(tree.read(path), section);
    if (values === undefined) continue;
    const testpaths = listed(values.testpaths).flatMap((line) => line.split(/\s+/));
    return { path, addopts: listed(values.addopts).join(' '), testpaths, keys: Object.keys(values) };
  }
  return undefined;
}

/** Plugins without which pytest refuses the project's own options. */
function plugins(settings: PytestSettings | undefined): string[] {
  if (settings === undefined) return [];
  const { addopts, keys } = settings;
  const wanted: readonly (readonly [string, boolean])[] = [
    ['pytest-cov', /(?:^|\s)--(?:no-)?cov\b/.test(addopts)],
    ['pytest-xdist', /(?:^|\s)(?:-n[ =]?(?:\d|auto|logical)|--numprocesses|--dist\b)/.test(addopts)],
    ['pytest-timeout', /--timeout\b/.test(addopts) || keys.includes('timeout')],
    ['pytest-asyncio', /--asyncio-mode/.test(addopts) || keys.includes('asyncio_mode')],
    ['pytest-benchmark', /--benchmark-/.test(addopts)],
    ['pytest-rerunfailures', /--reruns\b/.test(addopts)],
    ['pytest-randomly', /--randomly-/.test(addopts)],
    ['pytest-mock', keys.some((key) => key.startsWith('mock_'))],
  ];
  return wanted.filter(([, needed]) => needed).map(([name]) => name);
}

function testFiles(tree: Tree, folder: string): string[] {
  const inside = folder === '' ? '' : `${folder}/`;
  return tree.paths.filter(
    (path) => path.startsWith(inside) && /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests)\.py$/.test(path),
  );
}

function folderOfTests(tree: Tree, folder: string): string | undefined {
  const files = testFiles(tree, folder);
  return ['tests', 'test', 'testing', 't']
    .map((name) => join(folder, name))
    .find((name) => files.some((path) => path.startsWith(`${name}/`)));
}
