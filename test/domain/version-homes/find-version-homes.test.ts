import { describe, expect, test } from 'vitest';
import { editVersionHomes } from '../../../src/domain/version-homes/edit-version-homes.ts';
import { findVersionHomes, type Wanted } from '../../../src/domain/version-homes/find-version-homes.ts';
import { type Files, PYPROJECT, released, treeOf } from './tree-of.ts';

const find = (files: Files, wanted: Wanted = {}) => findVersionHomes(treeOf(files), wanted);

describe('versions from the tag: nothing to edit, and the build is told', () => {
  const dynamic = '[project]\nname = "Acme.Tool-kit"\ndynamic = ["version"]\n';
  test.each<[string, string, Files]>([
    [
      'setuptools-scm',
      'SETUPTOOLS_SCM_PRETEND_VERSION_FOR_ACME_TOOL_KIT',
      { 'pyproject.toml': `[build-system]\nrequires = ["setuptools", "setuptools-scm[toml]>=8"]\n${dynamic}` },
    ],
    [
      'setuptools-scm',
      'SETUPTOOLS_SCM_PRETEND_VERSION_FOR_ACME_TOOL_KIT',
      {
        'pyproject.toml': `${dynamic}[tool.setuptools_scm]\nwrite_to = "x/_version.py"\n`,
        'acme/_version.py': '__version__ = "1.0"\n',
      },
    ],
    [
      'setuptools-scm',
      'SETUPTOOLS_SCM_PRETEND_VERSION_FOR_ACME_TOOL_KIT',
      { 'setup.py': 'from setuptools import setup\nsetup(name="Acme.Tool-kit", use_scm_version=True)\n' },
    ],
    [
      'hatch-vcs',
      'SETUPTOOLS_SCM_PRETEND_VERSION',
      { 'pyproject.toml': `${dynamic}[tool.hatch.version]\nsource = "vcs"\n` },
    ],
    ['pdm-backend', 'PDM_BUILD_SCM_VERSION', { 'pyproject.toml': `${dynamic}[tool.pdm.version]\nsource = "scm"\n` }],
    [
      'poetry-dynamic-versioning',
      'POETRY_DYNAMIC_VERSIONING_BYPASS',
      {
        'pyproject.toml':
          '[tool.poetry]\nname = "acme"\nversion = "0.0.0"\n[tool.poetry-dynamic-versioning]\nenable = true\n',
      },
    ],
    [
      'uv-dynamic-versioning',
      'UV_DYNAMIC_VERSIONING_BYPASS',
      { 'pyproject.toml': `${dynamic}[tool.hatch.version]\nsource = "uv-dynamic-versioning"\n` },
    ],
    [
      'pbr',
      'PBR_VERSION',
      {
        'setup.cfg': '[metadata]\nname = acme\n',
        'setup.py': 'from setuptools import setup\nsetup(setup_requires=["pbr"], pbr=True)\n',
      },
    ],
  ])('%s by %s', (tool, variable, files) => {
    expect(find(files)).toEqual({
      version: null,
      homes: [],
      dynamic: { from: 'tag', tool, variables: [variable] },
      notes: [],
      problem: null,
    });
    expect(released(files, '1.2.0')).toEqual({});
  });

  test('versioneer knows no such variable', () => {
    expect(
      find({ 'setup.cfg': '[metadata]\nname = acme\n[versioneer]\nVCS = git\n', 'setup.py': 'setup()' }).dynamic,
    ).toEqual({ from: 'tag', tool: 'versioneer', variables: [] });
  });

  test('a version that is written holds, even where setuptools-scm is installed for its file finder', () => {
    const files = {
      'pyproject.toml': `[build-system]\nrequires = ["setuptools-scm"]\n${PYPROJECT}[tool.setuptools_scm]\n`,
    };
    expect(find(files)).toMatchObject({ version: '1.1.0', dynamic: null });
  });
});

describe('homes that disagree', () => {
  test('both sides are named, and nothing is edited', () => {
    const files = { 'pyproject.toml': PYPROJECT, 'acme_tool/__init__.py': '\n__version__ = "1.0.9"\n' };
    const found = find(files);
    expect(found.problem?.code).toBe('version-homes-disagree');
    expect(found.problem?.message).toBe(
      'pyproject.toml ([project] version, line 3) says 1.1.0; acme_tool/__init__.py (__version__, line 2) says 1.0.9',
    );
    expect(() => editVersionHomes(treeOf(files), found, '1.2.0')).toThrow('1.0.9');
  });

  test('other spellings of the same version agree', () => {
    const files = {
      'pyproject.toml': PYPROJECT.replace('1.1.0', '1.1.0-alpha.1'),
      'acme_tool/__init__.py': '__version__ = "1.1a1"\n',
    };
    expect(find(files).problem).toBeNull();
  });

  test('what follows the version and was left behind is reported and left alone', () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      '.bumpversion.cfg': '[bumpversion]\ncurrent_version = 0.3.0\n',
      'docs/conf.py': 'release = "0.1"\nversion = ""\n',
    };
    const { homes, notes, problem } = find(files);
    expect({ homes: homes.length, problem }).toEqual({ homes: 1, problem: null });
    expect(notes).toEqual([
      'docs/conf.py (release, line 1) says 0.1, not 1.1.0: left alone',
      '.bumpversion.cfg ([bumpversion] current_version, line 2) says 0.3.0, not 1.1.0: left alone',
    ]);
  });

  test('a placeholder that a build replaces is no version', () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'acme_tool/__init__.py': '__version__ = "0.0.0"\n',
      'acme_tool/version.py': 'API = 1\nversion = "2"\n',
    };
    expect(find(files)).toMatchObject({ version: '1.1.0', problem: null, homes: [{ path: 'pyproject.toml' }] });
  });
});

describe('what is no home', () => {
  test.each([
    ['a test package', 'tests/__init__.py'],
    ['a vendored package', 'acme_tool/_vendor/other/__init__.py'],
    ['a part of the package', 'acme_tool/plugins/__init__.py'],
    ['a module of another name', 'acme_tool/compat.py'],
    ['an example', 'examples/demo/__init__.py'],
  ])('%s, although it says the same version', (_, path) => {
    const files = { 'pyproject.toml': PYPROJECT, 'acme_tool/__init__.py': '', [path]: '__version__ = "1.1.0"\n' };
    expect(find(files).homes.map((home) => home.path)).toEqual(['pyproject.toml']);
  });

  test('a module that a build generates, even where it was checked in', () => {
    const generated =
      '# file generated by setuptools-scm\n# don\'t change, don\'t track in version control\n__version__ = "1.1.0"\n';
    const files = { 'pyproject.toml': PYPROJECT, 'acme_tool/_version.py': generated };
    expect(find(files).homes.map((home) => home.path)).toEqual(['pyproject.toml']);
  });

  test('an import package of another name counts where it holds the very version', () => {
    const files = (version: string) => ({
      'pyproject.toml': PYPROJECT,
      'src/tool/__init__.py': `__version__ = "${version}"\n`,
    });
    expect(find(files('1.1.0')).homes).toHaveLength(2);
    expect(find(files('3.0.0')).homes).toHaveLength(1);
  });
});

describe('several packages in one repository', () => {
  const files = {
    'pyproject.toml': '[tool.uv.workspace]\nmembers = ["libs/*"]\n',
    'libs/core/pyproject.toml': '[project]\nname = "acme-core"\nversion = "1.1.0"\n',
    'libs/core/src/acme_core/__init__.py': '__version__ = "1.1.0"\n',
    'libs/cli/pyproject.toml': '[project]\nname = "acme_cli"\nversion = "1.1.0"\ndependencies = ["acme-core==1.1.0"]\n',
    'libs/cli/src/acme_cli/__init__.py': '__version__ = "1.1.0"\n',
    'uv.lock':
      '[[package]]\nname = "acme-core"\nversion = "1.1.0"\nsource = { editable = "libs/core" }\n\n[[package]]\nname = "acme-cli"\nversion = "1.1.0"\nsource = { editable = "libs/cli" }\n',
  };

  test('only the one in question is raised, its entry in the common lock file included', () => {
    const after = released(files, '1.2.0', { package: 'Acme.CLI' });
    expect(Object.keys(after)).toEqual(['libs/cli/pyproject.toml', 'libs/cli/src/acme_cli/__init__.py', 'uv.lock']);
    expect(after['uv.lock']).toBe(
      files['uv.lock'].replace('name = "acme-cli"\nversion = "1.1.0"', 'name = "acme-cli"\nversion = "1.2.0"'),
    );
    expect(after['libs/cli/pyproject.toml']).toContain('acme-core==1.1.0');
  });

  test('a package that is not there is answered with those that are', () => {
    const { problem } = find(files, { package: 'acme-gui' });
    expect(problem?.code).toBe('version-home-missing');
    expect(problem?.message).toContain('acme_cli, acme-core');
  });
});

describe('files that the project file names', () => {
  const files = {
    'pyproject.toml': PYPROJECT,
    'acme_tool/__init__.py': '__version__ = "1.1.0"\n',
    'acme_tool/about.py': 'title = "x"\n__version__ = "1.1.0"\n',
    'deploy/chart.yaml': 'apiVersion: v2\nversion: 1.1.0\ndependency: 1.1.0\nimage: v1.1.0\n',
    'uv.lock': '[[package]]\nname = "acme-tool"\nversion = "1.1.0"\nsource = { editable = "." }\n',
  };

  test('are edited, and no others but the own entry of the lock file', () => {
    const after = released(files, '1.2.0', { files: ['pyproject.toml', 'acme_tool/about.py', 'deploy/chart.yaml'] });
    expect(Object.keys(after)).toEqual(['pyproject.toml', 'acme_tool/about.py', 'deploy/chart.yaml', 'uv.lock']);
    expect(after['deploy/chart.yaml']).toBe('apiVersion: v2\nversion: 1.2.0\ndependency: 1.1.0\nimage: v1.1.0\n');
  });

  test('and hold no version are a problem', () => {
    expect(find(files, { files: ['pyproject.toml', 'README.md'] }).problem?.message).toBe(
      'no version was found in README.md',
    );
  });

  test('and disagree are a problem', () => {
    const others = { ...files, 'acme_tool/about.py': '__version__ = "1.0.0"\n' };
    expect(find(others, { files: ['pyproject.toml', 'acme_tool/about.py'] }).problem?.code).toBe(
      'version-homes-disagree',
    );
  });

  test('an empty list means that there is nothing to edit', () => {
    expect(find(files, { files: [] })).toMatchObject({ version: null, homes: [], problem: null });
  });
});

test('a project without a version anywhere, or without metadata, is a problem', () => {
  expect(find({ 'pyproject.toml': '[project]\nname = "acme"\n' }).problem?.code).toBe('version-home-missing');
  expect(find({ 'README.md': '1.1.0' }).problem?.message).toContain('there is no pyproject.toml');
});

test('a pyproject.toml that cannot be read is named', () => {
  expect(() => find({ 'pyproject.toml': '[project\nname = 1' })).toThrow('pyproject.toml');
});
