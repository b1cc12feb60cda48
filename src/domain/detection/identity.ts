import { Problem } from '../problem.ts';
import { manifestFolders, nameIn, normalisedName } from '../version-homes/package-folder.ts';
import { textAt, valueAt } from '../version-homes/toml-home.ts';
import { join, type Tree } from '../version-homes/tree.ts';
import type { Finding, RepositoryFacts } from './facts.ts';
import { iniSection } from './ini-section.ts';
import { pyprojectOf, strings, tableAt } from './requirements.ts';

export interface Identity {
  readonly package: string;
  readonly folder: string;
  /** As it is imported; undefined where that is not plain to see. */
  readonly module: string | undefined;
}

const PUT_ASIDE = /(?:^|[/_-])(?:backups?|archived?|legacy|deprecated|old|attic)(?:[/_-]|$)/i;

/** The package that the repository is about: the one nearest the top that is meant for an index, the repository's namesake first. */
export function findIdentity(facts: RepositoryFacts): Finding<Identity> {
  const { tree } = facts;
  const packages = (safely(() => manifestFolders(tree)) ?? []).flatMap((folder) => {
    const name = safely(() => nameIn(tree, folder));
    return name === undefined || isPrivate(tree, folder) || PUT_ASIDE.test(folder) ? [] : [{ folder, name }];
  });
  const namesakes = [facts.name, /([^/:]+?)(?:\.git)?\/?$/.exec(facts.remoteUrl ?? '')?.[1] ?? ''].map(normalisedName);
  const atTop = packages.find(({ folder }) => folder === '');
  const chosen = atTop ?? packages.find(({ name }) => namesakes.includes(normalisedName(name))) ?? packages[0];
  if (chosen === undefined) {
    const name = facts.name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, '') || 'package';
    const missing = [
      "the package's name: no pyproject.toml, setup.cfg or setup.py says it; the folder's name is taken",
    ];
    return {
      value: { package: name, folder: '', module: moduleOf(tree, '', name) },
      where: "the folder's name",
      missing,
    };
  }
  const { folder, name } = chosen;
  const others = packages.filter((one) => one !== chosen).map((one) => one.folder || '.');
  const more = others.slice(0, 4).join(', ') + (others.length > 4 ? ', …' : '');
  return {
    value: { package: name, folder, module: moduleOf(tree, folder, name) },
    where: manifest(tree, folder),
    missing:
      others.length === 0 ? [] : [`${others.length} more package(s) are here (${more}): this file is for ${name}`],
  };
}

/** The root of a workspace has a name as well, and goes to no index. */
function isPrivate(tree: Tree, folder: string): boolean {
  const pyproject = pyprojectOf(tree, folder);
  return (
    strings(valueAt(pyproject, 'project', 'classifiers')).some((classifier) => classifier.startsWith('Private ::')) ||
    /\+/.test(textAt(pyproject, 'project', 'version') ?? '') ||
    valueAt(pyproject, 'tool', 'uv', 'package') === false ||
    valueAt(pyproject, 'tool', 'poetry', 'package-mode') === false
  );
}

function manifest(tree: Tree, folder: string): string {
  return (
    ['pyproject.toml', 'setup.cfg', 'setup.py']
      .map((file) => join(folder, file))
      .find((path) => tree.paths.includes(path)) ?? folder
  );
}

/** https address of the repository, from the remote, else from the package's own links. */
export function findRepository({ tree, remoteUrl }: RepositoryFacts, folder: string): Finding<string | null> {
  const remote = remoteUrl === null ? undefined : httpsAddress(remoteUrl);
  if (remote !== undefined) return { value: remote, where: 'the git remote' };
  const pyproject = pyprojectOf(tree, folder);
  const urls = { ...tableAt(pyproject, 'tool', 'poetry', 'urls'), ...tableAt(pyproject, 'project', 'urls') };
  const named = ['repository', 'source', 'source code', 'code', 'github', 'homepage', 'home'];
  const link = named
    .flatMap((word) => Object.entries(urls).filter(([key]) => key.toLowerCase() === word))
    .concat(['repository', 'homepage'].map((key) => [key, textAt(pyproject, 'tool', 'poetry', key) ?? '']))
    .concat([['url', iniSection(tree.read(join(folder, 'setup.cfg')), 'metadata')?.url ?? '']])
    .map(([, value]) => httpsAddress(String(value)))
    .find((address) => address !== undefined && /\/\/(?:github|gitlab)\./.test(address));
  return link === undefined
    ? {
        value: null,
        where: '',
        missing: ["the repository's address: no remote has one on the web, and the package names none"],
      }
    : {
        value: link,
        where: `[project.urls] in ${join(folder, 'pyproject.toml')}; no git remote has an address on the web`,
      };
}

function httpsAddress(url: string): string | undefined {
  const ssh = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])(.+?)(?:\.git)?\/?$/.exec(url);
  const http = /^https?:\/\/(?:[^@/]+@)?([\w.-]+(?::\d+)?)\/([\w.~-]+(?:\/[\w.~-]+?)+?)(?:\.git)?\/?$/.exec(url);
  const [, host, path] = ssh ?? http ?? [];
  if (host === undefined || path === undefined) return undefined;
  return host === 'github.com'
    ? `https://github.com/${path.split('/').slice(0, 2).join('/')}.git`
    : `https://${host}/${path}.git`;
}

function moduleOf(tree: Tree, folder: string, packageName: string): string | undefined {
  const pyproject = pyprojectOf(tree, folder);
  const told = textAt(pyproject, 'tool', 'flit', 'module', 'name');
  if (told !== undefined) return told;
  const wanted = [
    packageName.replaceAll('-', '_'),
    packageName.replaceAll(/[-_]/g, '.'),
    packageName.replaceAll(/[-_.]/g, ''),
  ].map((word) => word.toLowerCase());
  const modules = modulesIn(tree, folder, wanted);
  const own = modules.find((module) => wanted.includes(module.toLowerCase()));
  if (own !== undefined) return own;
  const listed = strings(valueAt(pyproject, 'tool', 'hatch', 'build', 'targets', 'wheel', 'packages')).map(
    (path) => path.split('/').at(-1)!,
  );
  const top = [...new Set(modules.map((module) => module.split('.')[0]!))];
  return listed.find((module) => modules.includes(module)) ?? (top.length === 1 ? top[0] : undefined);
}

/** Importable names: packages at the top or under src, and packages inside a namespace. */
function modulesIn(tree: Tree, folder: string, wanted: readonly string[]): string[] {
  return ['src', 'lib', ''].flatMap((root) => {
    const base = join(folder, root);
    const inside = base === '' ? '' : `${base}/`;
    return tree.paths.flatMap((path) => {
      const match = path.startsWith(inside)
        ? /^((?:[A-Za-z_]\w*\/)?[A-Za-z_]\w*)(?:\/__init__)?\.py$/.exec(path.slice(inside.length))
        : null;
      const name = match?.[1]?.replace(/\/__init__$/, '').replaceAll('/', '.');
      if (name === undefined) return [];
      const isPackage = path.endsWith('/__init__.py');
      const nested = name.includes('.') && tree.paths.includes(`${inside}${name.split('.')[0]}/__init__.py`);
      const other =
        /^(?:tests?|testing|docs?|examples?|scripts?|tools?|benchmarks?|setup|conftest|noxfile|tasks|conf|build|src|lib|ci|dev|utils)(?:\.|$)/.test(
          name,
        );
      return (other && !wanted.includes(name.toLowerCase())) || nested || (!isPackage && name.includes('.'))
        ? []
        : [name];
    });
  });
}

/** A manifest that cannot be read names nothing here: the version's homes say what is wrong with it. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
