import { normalisedName } from '../version-homes/package-folder.ts';
import { join, type Tree } from '../version-homes/tree.ts';
import type { Finding } from './facts.ts';
import { iniSection, listed } from './ini-section.ts';
import {
  extrasOf,
  groupsOf,
  namesOf,
  pyprojectOf,
  requirementsIn,
  strings,
  tableAt,
  toolGroupsOf,
} from './requirements.ts';

export interface TestEnvironment {
  readonly install: readonly string[];
  /** Names of what is installed besides the package and what that needs. */
  readonly names: ReadonlySet<string>;
}

interface Candidate {
  readonly where: string;
  readonly install: readonly string[];
  readonly names: readonly string[];
}

const TEST = ['test', 'tests', 'testing', 'unittest', 'pytest'];
const DEV = ['dev', 'develop', 'development', 'devel', 'all', 'ci', 'lint'];

/** What a clean environment needs for the project's own tests: the first place that names their runner, then any that is there. */
export function findEnvironment(
  tree: Tree,
  folder: string,
  own: string,
  needs: readonly string[],
): Finding<TestEnvironment> {
  const candidates = candidatesIn(tree, folder, own);
  const chosen = candidates.find(({ names }) => names.includes('pytest')) ?? candidates[0];
  const base = folder === '' ? '.' : `./${folder}`;
  const runtime = namesOf(runtimeOf(tree, folder), own, extrasOf(tree, folder));
  const install = chosen?.install ?? ['-e .'];
  const added = needs.filter((name) => !chosen?.names.includes(name) && !runtime.includes(name));
  const extra = added.length === 0 ? '' : `; ${added.join(', ')} added: the tests need it and it is named nowhere here`;
  return {
    value: {
      install: [...install.map((one) => one.replace(/^-e \.(?=\[|$)/, `-e ${base}`)), ...added],
      names: new Set([normalisedName(own), ...(chosen?.names ?? []), ...added, ...runtime]),
    },
    where: (chosen?.where ?? 'no test dependencies are named anywhere') + extra,
  };
}

function candidatesIn(tree: Tree, folder: string, own: string): Candidate[] {
  const extras = extrasOf(tree, folder);
  const groups = groupsOf(tree, folder);
  const tools = toolGroupsOf(tree, folder);
  const names = (requirements: readonly string[]) => namesOf(requirements, own, extras);
  const byExtra = (wanted: readonly string[]) =>
    pick(extras, wanted).map(
      ([name, list]): Candidate => ({ where: `the extra "${name}"`, install: [`-e .[${name}]`], names: names(list) }),
    );
  const byGroup = (wanted: readonly string[]) =>
    pick(groups, wanted).map(
      ([name, list]): Candidate => ({
        where: `the dependency group "${name}"`,
        install: ['-e .', group(folder, name)],
        names: names(list),
      }),
    );
  const byFile = (wanted: readonly string[]) =>
    requirementFiles(tree, folder, wanted).map(
      (path): Candidate => ({ where: path, install: ['-e .', `-r ${path}`], names: names(requirementsIn(tree, path)) }),
    );
  const byTool = (wanted: readonly string[]) =>
    [...tools]
      .filter(
        ([name]) =>
          wanted.some(
            (word) =>
              name
                .split('.')
                .at(-1)
                ?.replace(/^hatch-/, '') === word,
          ) || /(?:default|dev-dependencies)$/.test(name),
      )
      .map(
        ([name, list]): Candidate => ({
          where: `[${name}] in pyproject.toml`,
          install: ['-e .', ...list],
          names: names(list),
        }),
      );
  return [
    ...byGroup(TEST),
    ...byExtra(TEST),
    ...byFile(TEST),
    ...byTool(TEST),
    ...byGroup(DEV),
    ...byExtra(DEV),
    ...byFile(DEV),
    ...byTool(DEV),
    ...toxCandidate(tree, folder, names),
    ...byFile(['']),
  ];
}

function pick(named: ReadonlyMap<string, readonly string[]>, wanted: readonly string[]): [string, readonly string[]][] {
  return wanted.flatMap((word) => [...named].filter(([name]) => name.toLowerCase() === word));
}

/** pip reads groups from the folder that it runs in. */
function group(folder: string, name: string): string {
  return folder === '' ? `--group ${name}` : `--group ${folder}/pyproject.toml:${name}`;
}

function requirementFiles(tree: Tree, folder: string, words: readonly string[]): string[] {
  const paths = words.flatMap((word) =>
    word === ''
      ? ['requirements.txt']
      : [
          `requirements-${word}.txt`,
          `requirements_${word}.txt`,
          `${word}-requirements.txt`,
          `${word}_requirements.txt`,
          `requirements/${word}.txt`,
          `requirements/requirements-${word}.txt`,
          `${word}/requirements.txt`,
        ],
  );
  return paths.map((path) => join(folder, path)).filter((path) => tree.paths.includes(path));
}

/** Plain dependencies of tox's default environment. */
function toxCandidate(tree: Tree, folder: string, names: (list: readonly string[]) => string[]): Candidate[] {
  const tox = iniSection(tree.read(join(folder, 'tox.ini')), 'testenv');
  const toml = tableAt(pyprojectOf(tree, folder), 'tool', 'tox', 'env_run_base');
  const found = [...listed(tox?.deps), ...strings(toml.deps)];
  const plain = found.filter(
    (line) => /^[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?\s*(?:[<>=!~]|$)/.test(line) && !line.includes('{'),
  );
  const files = found.flatMap((line) => /^-r ?(?:\{toxinidir\}\/)?([^\s{]+)$/.exec(line)?.[1] ?? []);
  const known = files.map((file) => join(folder, file)).filter((file) => tree.paths.includes(file));
  if (plain.length === 0 && known.length === 0) return [];
  const install = ['-e .', ...known.map((file) => `-r ${file}`), ...plain];
  return [
    {
      where: "tox's dependencies",
      install,
      names: names([...plain, ...known.flatMap((file) => requirementsIn(tree, file))]),
    },
  ];
}

function runtimeOf(tree: Tree, folder: string): string[] {
  const project = tableAt(pyprojectOf(tree, folder), 'project');
  return [
    ...strings(project.dependencies),
    ...listed(iniSection(tree.read(join(folder, 'setup.cfg')), 'options')?.install_requires),
  ];
}
