import { join, type Tree } from '../version-homes/tree.ts';
import type { RepositoryFacts } from './facts.ts';

export interface DocsSite {
  readonly build: string;
  readonly dir: string;
  readonly branch: string;
}

/** The project's site where it is published from a branch; `aside` tells of one that is not taken, and why. */
export function findDocsSite(
  facts: RepositoryFacts,
  folder: string,
  names: ReadonlySet<string>,
): { site: DocsSite | null; where: string; aside: string | null } {
  const { tree } = facts;
  const found = mkdocs(tree, folder) ?? sphinx(tree, folder);
  if (found === undefined) return { site: null, where: '', aside: null };
  const branches = facts.branches.map(({ name }) => name);
  const { path, tool, ...site } = found;
  const build = `${tool} site (${path}): ${site.build}`;
  if (!branches.includes(site.branch)) {
    const why = tree.paths.some((one) => /^\.readthedocs\.ya?ml$/.test(one))
      ? 'Read the Docs publishes it'
      : `no branch ${site.branch} is there`;
    return { site: null, where: '', aside: `${build}: not taken, ${why}` };
  }
  if (!names.has(tool))
    return { site: null, where: '', aside: `${build}: not taken, ${tool} is not among what is installed` };
  return { site, where: `${path}, published on ${site.branch}`, aside: null };
}

function mkdocs(tree: Tree, folder: string) {
  const path = ['mkdocs.yml', 'mkdocs.yaml']
    .map((file) => join(folder, file))
    .find((file) => tree.paths.includes(file));
  if (path === undefined) return undefined;
  const text = tree.read(path) ?? '';
  const value = (key: string) => new RegExp(`^${key}:\\s*["']?([\\w./-]+)`, 'm').exec(text)?.[1];
  return {
    path,
    tool: 'mkdocs',
    build: `mkdocs build --config-file ${path}`,
    dir: join(folder, value('site_dir') ?? 'site'),
    branch: value('remote_branch') ?? 'gh-pages',
  };
}

function sphinx(tree: Tree, folder: string) {
  const path = ['docs/conf.py', 'doc/conf.py', 'docs/source/conf.py', 'doc/source/conf.py']
    .map((file) => join(folder, file))
    .find((file) => tree.paths.includes(file));
  if (path === undefined) return undefined;
  const source = path.slice(0, -'/conf.py'.length);
  const dir = `${source.replace(/\/source$/, '')}/_build/html`;
  return { path, tool: 'sphinx', build: `python -m sphinx -b html ${source} ${dir}`, dir, branch: 'gh-pages' };
}
