import type { DynamicVersion } from './home.ts';
import { iniValues } from './ini-values.ts';
import { normalisedName } from './package-folder.ts';
import { hasSetupKeyword } from './setup-py.ts';
import { isTable, readToml, textAt, valueAt } from './toml-home.ts';
import { join, type Tree } from './tree.ts';

/** The tool that takes a package's version from the tag; undefined where none does. */
export function versionFromTag(
  tree: Tree,
  folder: string,
  packageName: string | undefined,
): DynamicVersion | undefined {
  const tool = tagTool(tree, folder);
  return tool === undefined ? undefined : { from: 'tag', tool, variables: VARIABLES[tool]?.(packageName) ?? [] };
}

const pretended = (packageName: string | undefined) =>
  packageName === undefined
    ? ['SETUPTOOLS_SCM_PRETEND_VERSION']
    : [`SETUPTOOLS_SCM_PRETEND_VERSION_FOR_${normalisedName(packageName).replaceAll('-', '_').toUpperCase()}`];

/** hatch-vcs and flit_scm do not tell setuptools-scm which package they build, so that only the general variable reaches it. */
const VARIABLES: Readonly<Record<string, (packageName: string | undefined) => readonly string[]>> = {
  'setuptools-scm': pretended,
  'hatch-vcs': () => ['SETUPTOOLS_SCM_PRETEND_VERSION'],
  flit_scm: () => ['SETUPTOOLS_SCM_PRETEND_VERSION'],
  'scikit-build-core': pretended,
  'poetry-dynamic-versioning': () => ['POETRY_DYNAMIC_VERSIONING_BYPASS'],
  'uv-dynamic-versioning': () => ['UV_DYNAMIC_VERSIONING_BYPASS'],
  'pdm-backend': () => ['PDM_BUILD_SCM_VERSION'],
  pbr: () => ['PBR_VERSION'],
};

function tagTool(tree: Tree, folder: string): string | undefined {
  const pyproject = readToml(tree, join(folder, 'pyproject.toml'));
  const tool = (...keys: string[]) => valueAt(pyproject, 'tool', ...keys);
  if (textAt(pyproject, 'project', 'version') !== undefined) return undefined;
  if (tool('poetry-dynamic-versioning', 'enable') === true) return 'poetry-dynamic-versioning';
  if (textAt(pyproject, 'tool', 'poetry', 'version') !== undefined) return undefined;

  const hatch = tool('hatch', 'version', 'source');
  if (hatch === 'vcs') return 'hatch-vcs';
  if (hatch === 'uv-dynamic-versioning' || hatch === 'versioningit') return hatch;
  if (isTable(tool('hatch', 'version'))) return undefined;
  if (tool('pdm', 'version', 'source') === 'scm') return 'pdm-backend';
  if (isTable(tool('pdm', 'version'))) return undefined;
  if (/setuptools_scm$/.test(textAt(pyproject, 'tool', 'scikit-build', 'metadata', 'version', 'provider') ?? '')) {
    return 'scikit-build-core';
  }
  if (tool('setuptools', 'dynamic', 'version') !== undefined) return undefined;
  if (/^flit_scm/.test(textAt(pyproject, 'build-system', 'build-backend') ?? '')) return 'flit_scm';
  if (isTable(tool('versioneer'))) return 'versioneer';
  if (isTable(tool('versioningit'))) return 'versioningit';
  if (isTable(tool('setuptools-git-versioning'))) return 'setuptools-git-versioning';
  return setuptoolsTagTool(tree, folder);
}

function setuptoolsTagTool(tree: Tree, folder: string): string | undefined {
  const pyproject = readToml(tree, join(folder, 'pyproject.toml'));
  const setupPy = tree.read(join(folder, 'setup.py'));
  const setupCfg = iniValues(tree.read(join(folder, 'setup.cfg')) ?? '');
  const requires = valueAt(pyproject, 'build-system', 'requires');
  const needs = (pattern: RegExp) => Array.isArray(requires) && requires.some((entry) => pattern.test(String(entry)));
  const stated = setupCfg.some(({ section, key }) => section === 'metadata' && key === 'version');
  if (setupCfg.some(({ section }) => section === 'versioneer')) return 'versioneer';
  if (hasSetupKeyword(setupPy, 'use_scm_version')) return 'setuptools-scm';
  if (hasSetupKeyword(setupPy, 'pbr')) return 'pbr';
  if (stated || hasSetupKeyword(setupPy, 'version')) return undefined;
  if (isTable(valueAt(pyproject, 'tool', 'setuptools_scm')) || needs(/^(?:setuptools[-_.]scm|vcs[-_.]versioning)\b/i)) {
    return 'setuptools-scm';
  }
  return needs(/^pbr\b/i) ? 'pbr' : undefined;
}
