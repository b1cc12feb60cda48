import type { ProjectDocument } from '../../src/sandbox/project-file.ts';
import { ScratchRepository } from './scratch-repository.ts';

export type Files = Readonly<Record<string, string>>;

/** A package that is built, installed and released in seconds: no dependencies, one small gate, docs that are copied. */
export function sampleFiles(name: string, version: string): Files {
  return {
    'pyproject.toml': `[build-system]
requires = ["flit_core>=3.9,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "${name}"
version = "${version}"
description = "Released in seconds"
readme = "README.md"
requires-python = ">=3.8"
license = { text = "MIT" }
`,
    'README.md': `# ${name}\n`,
    [`src/${name}/__init__.py`]: `"""Released in seconds."""\n\n__version__ = "${version}"\n`,
    // Without dates: what two runs make is equal, whatever the day.
    'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- Greets everybody.\n\n## 1.0.0\n\n- Greets.\n',
    'docs/index.md': `# ${name}\n`,
    Dockerfile: 'FROM scratch\nCOPY dist/*.whl /\n',
  };
}

/** The same, with a build that asks `url` for leave each time it makes an sdist: so builds can be counted. */
export function countedBuild(name: string, url: string): Files {
  const pyproject = sampleFiles(name, '1.0.0')['pyproject.toml']!.replace(
    'build-backend = "flit_core.buildapi"',
    'build-backend = "counted"\nbackend-path = ["."]',
  );
  return {
    'pyproject.toml': `${pyproject}\n[tool.flit.sdist]\ninclude = ["counted.py"]\n`,
    'counted.py': `from urllib.request import urlopen
from flit_core.buildapi import *
from flit_core import buildapi

def build_sdist(*args, **kwargs):
    urlopen("${url}")
    return buildapi.build_sdist(*args, **kwargs)
`,
  };
}

/** v1.0.0 on main and a feature on develop, in a git repository of its own. */
export function sampleRepository(name: string, change: Files = {}): ScratchRepository {
  const repository = new ScratchRepository()
    .write({ ...sampleFiles(name, '1.0.0'), ...change })
    .commit('feat: a greeting')
    .tag('v1.0.0');
  repository.git('checkout', '--quiet', '-b', 'develop');
  repository.write({ 'docs/guide.md': 'Say hello.\n' }).commit('feat: greets everybody');
  return repository;
}

/** What a release may do besides merge, tag, index and GitHub release; each costs time. */
export const PARTS = ['testIndex', 'docs', 'image'] as const;
export type Part = (typeof PARTS)[number];

export function sampleProject(name: string, parts: readonly Part[] = []): ProjectDocument {
  const further: Readonly<Record<Part, object>> = {
    testIndex: { name: 'testpypi', credential: 'TESTPYPI_TOKEN' },
    docs: { build: 'mkdir site && cp docs/*.md site', dir: 'site', branch: 'gh-pages' },
    image: { name: `ghcr.io/acme/${name}`, credential: 'REGISTRY_TOKEN' },
  };
  return {
    project: name,
    repository: `https://github.com/acme/${name}.git`,
    package: name,
    branches: { main: 'main', develop: 'develop' },
    changelog: 'CHANGELOG.md',
    environment: { install: [] },
    gates: [{ name: 'imports', run: `PYTHONPATH=src python -c "import ${name}"` }],
    smoke: [`python -c "import ${name}"`],
    publish: {
      testIndex: null,
      index: { name: 'pypi', credential: 'PYPI_TOKEN' },
      github: { credential: 'GITHUB_TOKEN' },
      ...Object.fromEntries(parts.map((part) => [part, further[part]])),
    },
  };
}
