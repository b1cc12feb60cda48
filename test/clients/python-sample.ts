import { write } from './git-sample.ts';

/** A package with a test, built by hatchling. */
export function writePythonSample(folder: string, { version = '1.2.0a1', name = 'sample-pkg' } = {}): void {
  write(folder, {
    'pyproject.toml': `[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "${name}"
version = "${version}"
description = "A sample"
readme = "README.md"
requires-python = ">=3.8"

[tool.hatch.build.targets.wheel]
packages = ["src/sample_pkg"]
`,
    'README.md': '# sample\n',
    'src/sample_pkg/__init__.py': `__version__ = "${version}"\n`,
    'src/sample_pkg/__main__.py': 'from sample_pkg import __version__\nprint(__version__)\n',
  });
}
