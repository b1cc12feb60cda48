import { describe, expect, test } from 'vitest';
import { findVersionHomes } from '../../../src/domain/version-homes/find-version-homes.ts';
import { type Files, PYPROJECT, released, treeOf } from './tree-of.ts';

/** Each file as written for 1.1.0: the same text with the new version is what must come out. */
function raisedTo(files: Files, version: string, edited: readonly string[]): void {
  const expected = Object.fromEntries(edited.map((path) => [path, files[path]!.replaceAll('1.1.0', version)]));
  expect(released(files, version)).toEqual(expected);
}

describe('one home each', () => {
  const flit =
    '[build-system]\nbuild-backend = "flit_core.buildapi"\n[project]\nname = "acme-tool"\ndynamic = ["version"]\n';
  const hatch =
    '[project]\nname = "acme-tool"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "src/acme_tool/__about__.py"\n';
  const setuptools = (source: string) =>
    `[project]\nname = "acme-tool"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = ${source}\n`;
  const homes: [string, Files, string][] = [
    ['[project].version', { 'pyproject.toml': PYPROJECT }, 'pyproject.toml'],
    [
      '[tool.poetry].version',
      { 'pyproject.toml': '[tool.poetry]\nname = "acme-tool"\nversion = "1.1.0"\n' },
      'pyproject.toml',
    ],
    ['a dotted key', { 'pyproject.toml': 'project.name = "acme-tool"\nproject.version = "1.1.0"\n' }, 'pyproject.toml'],
    [
      'an inline table',
      { 'pyproject.toml': 'project = { name = "acme-tool", version = "1.1.0" }\n' },
      'pyproject.toml',
    ],
    [
      'hatch',
      { 'pyproject.toml': hatch, 'src/acme_tool/__about__.py': '__version__ = "1.1.0"\n' },
      'src/acme_tool/__about__.py',
    ],
    [
      'flit',
      { 'pyproject.toml': flit, 'acme_tool/__init__.py': '"""Tool."""\n__version__ = "1.1.0"\n' },
      'acme_tool/__init__.py',
    ],
    ['flit, a single module', { 'pyproject.toml': flit, 'acme_tool.py': '__version__ = "1.1.0"\n' }, 'acme_tool.py'],
    [
      'setuptools attr',
      {
        'pyproject.toml': setuptools('{ attr = "acme_tool._version.__version__" }'),
        'src/acme_tool/_version.py': "__version__ = '1.1.0'\n",
      },
      'src/acme_tool/_version.py',
    ],
    [
      'setuptools attr that is only imported there',
      {
        'pyproject.toml': setuptools('{ attr = "acme_tool.__version__" }'),
        'acme_tool/__init__.py': 'from acme_tool.version import __version__\n',
        'acme_tool/version.py': "__version__ = '1.1.0'\n",
      },
      'acme_tool/version.py',
    ],
    ['setuptools file', { 'pyproject.toml': setuptools('{ file = ["VERSION"] }'), VERSION: '1.1.0\n' }, 'VERSION'],
    [
      'a version file without a line end',
      { 'pyproject.toml': setuptools('{ file = "v/version.txt" }'), 'v/version.txt': '1.1.0' },
      'v/version.txt',
    ],
    [
      'pdm',
      {
        'pyproject.toml':
          '[project]\nname = "acme-tool"\ndynamic = ["version"]\n[tool.pdm.version]\nsource = "file"\npath = "acme/__version__.py"\n',
        'acme/__version__.py': '__version__ = "1.1.0"\n',
      },
      'acme/__version__.py',
    ],
    [
      'setup.cfg',
      {
        'setup.cfg': '[metadata]\nname = acme-tool\nversion = 1.1.0\nurl = x\n',
        'setup.py': 'from setuptools import setup\nsetup()\n',
      },
      'setup.cfg',
    ],
    [
      'setup.cfg with attr:',
      {
        'setup.cfg': '[metadata]\nname = acme-tool\nversion = attr: acme_tool.__version__\n',
        'acme_tool/__init__.py': '__version__ = "1.1.0"\n',
      },
      'acme_tool/__init__.py',
    ],
    [
      'setup.cfg with file:',
      { 'setup.cfg': '[metadata]\nname = acme-tool\nversion = file: acme/VERSION\n', 'acme/VERSION': '1.1.0\n' },
      'acme/VERSION',
    ],
    [
      'setup()',
      {
        'setup.py':
          'import setuptools\nsetuptools.setup(\n    name="acme-tool",\n    version="1.1.0",  # here\n    install_requires=["other==1.0"],\n)\n',
      },
      'setup.py',
    ],
    [
      'a constant of setup()',
      {
        'setup.py':
          "from setuptools import setup\nVERSION = '1.1.0'\nif True:\n    setup(name='acme-tool', version=VERSION)\n",
      },
      'setup.py',
    ],
    [
      'arguments of setup() in a dict',
      {
        'setup.py':
          "from setuptools import setup\ndef main():\n    kwargs = dict(name='acme-tool', version='1.1.0')\n    setup(**kwargs)\n",
      },
      'setup.py',
    ],
    [
      'a package that setup.py reads by itself',
      {
        'setup.py': "from setuptools import setup\nsetup(name='acme-tool', version=read())\n",
        'acme_tool/__init__.py': "__version__ = '1.1.0'\n",
      },
      'acme_tool/__init__.py',
    ],
    [
      'a package whose name is computed',
      {
        'setup.py': 'from setuptools import setup\nsetup(name=NAME, version=read())\n',
        'acme/__init__.py': "__version__ = '1.1.0'\n",
      },
      'acme/__init__.py',
    ],
    [
      'maturin',
      {
        'pyproject.toml':
          '[build-system]\nbuild-backend = "maturin"\n[project]\nname = "acme-tool"\ndynamic = ["version"]\n',
        'Cargo.toml': '[package]\nname = "acme"\nversion = "1.1.0"\n[dependencies]\nserde = { version = "1.1.0" }\n',
      },
      'Cargo.toml',
    ],
    [
      'a namespace package',
      {
        'pyproject.toml': PYPROJECT.replace('acme-tool', 'acme.cloud-tool').replace('"1.1.0"', '"1.1.0" # x'),
        'src/acme/cloud_tool/__init__.py': '__version__ = "1.1.0"\n',
      },
      'pyproject.toml',
    ],
  ];

  test.each(homes)('%s', (_, files, path) => {
    const edits = released(files, '1.2.0');
    expect(Object.keys(edits)).toContain(path);
    if (path !== 'Cargo.toml') expect(edits[path]).toBe(files[path]!.replaceAll('1.1.0', '1.2.0'));
  });
});

test('a crate of the same version beside it keeps its own', () => {
  const files = {
    'pyproject.toml': '[build-system]\nbuild-backend = "maturin"\n[project]\nname = "acme"\ndynamic = ["version"]\n',
    'Cargo.toml': '[package]\nname = "acme"\nversion = "1.1.0"\n[dependencies]\nserde = { version = "1.1.0" }\n',
    'Cargo.lock':
      '[[package]]\nname = "acme"\nversion = "1.1.0"\n\n[[package]]\nname = "serde"\nversion = "1.1.0"\nsource = "registry"\n',
  };
  const edits = released(files, '1.2.0-rc.1');
  expect(edits['Cargo.toml']).toBe(files['Cargo.toml'].replace('version = "1.1.0"', 'version = "1.2.0-rc.1"'));
  expect(edits['Cargo.lock']).toBe(files['Cargo.lock'].replace('version = "1.1.0"', 'version = "1.2.0-rc.1"'));
});

test('every place of a project that repeats its version is raised with it', () => {
  raisedTo(
    {
      'pyproject.toml': `${PYPROJECT}\n[tool.commitizen]\nversion = "1.1.0"\ntag_format = "v$version"\n[tool.bumpversion]\ncurrent_version = "1.1.0"\n`,
      'src/acme_tool/__init__.py': "from .cli import main\n\n__version__ = '1.1.0'\n",
      'src/acme_tool/version.py': 'VERSION: Final[str] = "1.1.0"\n',
      'docs/conf.py': "project = 'x'\nrelease = '1.1.0'\n",
      '.bumpversion.cfg': '[bumpversion]\ncurrent_version = 1.1.0\ncommit = True\n',
      'tbump.toml': '[version]\ncurrent = "1.1.0"\n',
      '.cz.toml': '[tool.commitizen]\nversion = "1.1.0"\n',
      'CITATION.cff': 'cff-version: 1.2.0\ntitle: x\nversion: 1.1.0\nreferences:\n  - version: 9.9.9\n',
      VERSION: '1.1.0\n',
    },
    '1.2.1',
    [
      'pyproject.toml',
      'src/acme_tool/__init__.py',
      'src/acme_tool/version.py',
      'docs/conf.py',
      '.bumpversion.cfg',
      'tbump.toml',
      '.cz.toml',
      'CITATION.cff',
      'VERSION',
    ],
  );
});

test('a crate follows the version that pyproject.toml has', () => {
  const files = {
    'pyproject.toml': `[build-system]\nbuild-backend = "maturin"\n${PYPROJECT}`,
    'Cargo.toml': '[package]\nname = "acme"\nversion = "1.1.0"\n',
    'Cargo.lock': '[[package]]\nname = "acme"\nversion = "1.1.0"\n',
  };
  raisedTo(files, '1.2.0', ['pyproject.toml', 'Cargo.toml', 'Cargo.lock']);
});

test('a name that a package only imports is raised where it is written', () => {
  const files = {
    'setup.cfg': '[metadata]\nname = acme\nversion = attr: acme.__version__\n',
    'acme/__init__.py': 'from .application import (\n    Client,\n    __version__,\n)\n',
    'acme/application.py': '__version__ = "1.1.0"  # for setup.cfg\n',
  };
  raisedTo(files, '1.2.0', ['acme/application.py']);
});

test('a tuple that was left in an earlier stage is brought along', () => {
  const files = {
    'pyproject.toml': PYPROJECT,
    'acme_tool/__init__.py': "__version__: Final = '1.1.0'\nversion_info: Final = (1, 1, 0, 'beta', 0)\n",
  };
  expect(released(files, '1.2.0')['acme_tool/__init__.py']).toBe(
    "__version__: Final = '1.2.0'\nversion_info: Final = (1, 2, 0, 'final', 0)\n",
  );
});

describe('uv.lock', () => {
  const lock = (source: string) =>
    `version = 1\nrevision = 3\n\n[[package]]\nname = "acme-plugin"\nversion = "1.1.0"\nsource = { registry = "https://index.example/simple" }\nsdist = { url = "https://files.example/acme-tool-1.1.0.tar.gz" }\n\n[[package]]\nname = "acme-tool"\nversion = "1.1.0"\nsource = { ${source} = "." }\ndependencies = [\n    { name = "acme-plugin", version = "1.1.0" },\n]\n`;

  test.each(['editable', 'virtual'])(
    "the project's own %s entry is raised, a dependency of the same version is not",
    (source) => {
      const files = { 'pyproject.toml': PYPROJECT, 'uv.lock': lock(source) };
      const after = released(files, '1.2.0-alpha.1')['uv.lock'];
      expect(after).toBe(
        lock(source).replace('name = "acme-tool"\nversion = "1.1.0"', 'name = "acme-tool"\nversion = "1.2.0a1"'),
      );
    },
  );

  test('a published version of the project that is locked beside it is not its own entry', () => {
    const published =
      '[[package]]\nname = "acme-tool"\nversion = "1.1.0"\nsource = { registry = "https://index.example/simple" }\n\n';
    const own = lock('editable').replace('version = 1\nrevision = 3\n\n', '');
    const files = { 'pyproject.toml': PYPROJECT, 'uv.lock': published + own };
    const after = released(files, '1.2.0')['uv.lock'];
    expect(after?.startsWith(published)).toBe(true);
    expect(after).toContain('version = "1.2.0"\nsource = { editable');
  });

  test('an entry that lags behind is brought up, since uv would do the same', () => {
    const files = { 'pyproject.toml': PYPROJECT, 'uv.lock': lock('editable').replaceAll('1.1.0', '1.0.0') };
    expect(released(files, '1.2.0')['uv.lock']).toContain('name = "acme-tool"\nversion = "1.2.0"');
  });

  test("poetry.lock has no entry of the project's own and stays", () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'poetry.lock': '[[package]]\nname = "acme-tool"\nversion = "1.1.0"\n',
    };
    expect(Object.keys(released(files, '1.2.0'))).toEqual(['pyproject.toml']);
  });
});

describe('what the settings of a bump tool name', () => {
  test('.bumpversion.cfg', () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'README.rst': ':Version: 1.1.0 (calm)\n\n.. image:: https://img.example/v1.1.0.svg\n\nNeeds other 1.1.0.\n',
      'NEWS.rst': '1.1.0\n=====\n',
      '.bumpversion.cfg':
        '[bumpversion]\ncurrent_version = 1.1.0\n\n[bumpversion:file (badge):README.rst]\nsearch = /v{current_version}.svg\nreplace = /v{new_version}.svg\n\n[bumpversion:file (head):README.rst]\nsearch = :Version: {current_version}\n\n[bumpversion:file:NEWS.rst]\n',
    };
    const after = released(files, '1.2.0');
    expect(after['README.rst']).toBe(
      ':Version: 1.2.0 (calm)\n\n.. image:: https://img.example/v1.2.0.svg\n\nNeeds other 1.1.0.\n',
    );
    expect(after['NEWS.rst']).toBeUndefined();
  });

  test('[[tool.bumpversion.files]] and version_files of commitizen', () => {
    const files = {
      'pyproject.toml': `${PYPROJECT}[tool.commitizen]\nversion_provider = "uv"\nversion_files = ["charts/app.yaml:^appVersion"]\n[[tool.bumpversion.files]]\nfilename = "README.md"\nsearch = "tool=={current_version}"\n`,
      'charts/app.yaml': 'version: 1.1.0\nappVersion: 1.1.0\n',
      'README.md': 'tool==1.1.0, not lib==1.1.0\n',
    };
    const after = released(files, '1.2.0');
    expect(after['charts/app.yaml']).toBe('version: 1.1.0\nappVersion: 1.2.0\n');
    expect(after['README.md']).toBe('tool==1.2.0, not lib==1.1.0\n');
  });
});

describe('spelling', () => {
  test('Python reads PEP 440, what is not Python reads SemVer', () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'acme_tool/__init__.py': '__version__ = "1.1.0"\n',
      'CITATION.cff': 'version: "v1.1.0"\n',
    };
    expect(released(files, '1.2.0-beta.2')).toEqual({
      'pyproject.toml': PYPROJECT.replace('1.1.0', '1.2.0b2'),
      'acme_tool/__init__.py': '__version__ = "1.2.0b2"\n',
      'CITATION.cff': 'version: "v1.2.0-beta.2"\n',
    });
  });

  test('a file that spells its pre-releases as SemVer goes on so, and the stable version ends it', () => {
    const files = { 'pyproject.toml': PYPROJECT.replace('1.1.0', '1.2.0-alpha.1') };
    expect(released(files, '1.2.0-alpha.2')['pyproject.toml']).toContain('"1.2.0-alpha.2"');
    expect(released(files, '1.2.0')['pyproject.toml']).toContain('"1.2.0"');
  });

  test.each(['1.2.0.dev0', '1.2.0.dev', '1.2.dev0', '1.2.0-dev', '1.2.0rc3', '1.2'])('%s becomes 1.2.0', (old) => {
    const files = {
      'pyproject.toml': PYPROJECT.replace('1.1.0', old),
      'acme_tool/__init__.py': `__version__ = '${old}'\n`,
    };
    expect(Object.values(released(files, '1.2.1')).map((text) => text.includes('1.2.1'))).toEqual([true, true]);
  });

  test("Sphinx's short version keeps two numbers", () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'docs/source/conf.py': "# The short X.Y version\nversion = '1.1'\nrelease = '1.1.0'\n",
    };
    expect(released(files, '1.10.0-rc.1')['docs/source/conf.py']).toBe(
      "# The short X.Y version\nversion = '1.10'\nrelease = '1.10.0rc1'\n",
    );
  });

  test.each([
    ['VERSION = (1, 1, 0)', '1.2.0', 'VERSION = (1, 2, 0)'],
    ['VERSION = (1, 1, 0)', '1.2.0-alpha.1', 'VERSION = (1, 2, 0)'],
    ['version_info = (1,1,0,"final",0)', '1.2.0-beta.3', 'version_info = (1,2,0,"beta",3)'],
    ["VERSION = (1, 1, 0, 'final', 0)  # bump", '1.2.0-rc.1', "VERSION = (1, 2, 0, 'rc', 1)  # bump"],
    ['__version_info__ = ("1", "1", "0")', '2.0.0', '__version_info__ = ("2", "0", "0")'],
  ])('the tuple %s for %s is %s', (before, version, after) => {
    const files = { 'pyproject.toml': PYPROJECT, 'acme_tool/__init__.py': `${before}\n` };
    expect(released(files, version)['acme_tool/__init__.py']).toBe(`${after}\n`);
  });

  test('a tuple of pre-release words is followed to the final version', () => {
    const files = {
      'setup.py': 'from setuptools import setup\nsetup(name="acme", version=read())\n',
      'acme/__init__.py': 'VERSION = (1, 2, 0, "alpha", 3)\n',
    };
    expect(findVersionHomes(treeOf(files)).version).toBe('1.2.0a3');
    expect(released(files, '1.2.0')['acme/__init__.py']).toBe('VERSION = (1, 2, 0, "final", 0)\n');
  });

  test('a tuple of a form that nobody knows is reported, not guessed', () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'acme_tool/__init__.py': '__version__ = "1.1.0"\nversion_info = (1, 1, 0, -100)\n',
    };
    expect(findVersionHomes(treeOf(files)).notes.join()).toContain('version_info, line 2');
  });
});
