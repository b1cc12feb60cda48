import { describe, expect, test } from 'vitest';
import { findEnvironment } from '../../../src/domain/detection/environment.ts';
import { findGates } from '../../../src/domain/detection/gates.ts';
import { findTestCommand } from '../../../src/domain/detection/test-command.ts';
import { treeWith } from '../tree-with.ts';

const PROJECT = '[project]\nname = "acme"\nversion = "1.0.0"\n';
const TEST_FILE = { 'tests/test_it.py': 'def test_it(): pass\n' };

function look(files: Readonly<Record<string, string>>) {
  const tree = treeWith({ 'pyproject.toml': PROJECT, 'src/acme/__init__.py': '', ...files });
  const command = findTestCommand(tree, '');
  const environment = findEnvironment(tree, '', 'acme', command?.needs ?? []);
  const gates = findGates({ tree, folder: '', module: 'acme' }, command, environment.value);
  return { install: environment.value.install, ...gates };
}

describe('the tests’ environment', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    [
      'an extra',
      { 'pyproject.toml': `${PROJECT}[project.optional-dependencies]\ntests = ["pytest"]\n` },
      ['-e .[tests]'],
    ],
    [
      'an extra that takes in another',
      { 'pyproject.toml': `${PROJECT}[project.optional-dependencies]\nci = ["pytest"]\ntest = ["acme[ci]"]\n` },
      ['-e .[test]'],
    ],
    [
      'a dependency group that takes in another',
      { 'pyproject.toml': `${PROJECT}[dependency-groups]\nrunner = ["pytest"]\ntest = [{include-group = "runner"}]\n` },
      ['-e .', '--group test'],
    ],
    [
      'the one that names the runner, of several',
      { 'pyproject.toml': `${PROJECT}[project.optional-dependencies]\ntest = ["hypothesis"]\ndev = ["pytest"]\n` },
      ['-e .[dev]'],
    ],
    [
      'a requirements file',
      { 'requirements-dev.txt': '-r requirements-test.txt\nruff\n', 'requirements-test.txt': 'pytest\n' },
      ['-e .', '-r requirements-test.txt'],
    ],
    [
      'requirements.txt, where it names the runner',
      { 'requirements.txt': 'pytest==8.0\n' },
      ['-e .', '-r requirements.txt'],
    ],
    [
      'setup.cfg',
      {
        'pyproject.toml': '',
        'setup.cfg': '[metadata]\nname = acme\n[options.extras_require]\ntesting =\n    pytest\n    hypothesis\n',
      },
      ['-e .[testing]'],
    ],
    [
      'setup.py',
      { 'pyproject.toml': '', 'setup.py': 'setup(name="acme", extras_require={"test": ["pytest"]})' },
      ['-e .[test]'],
    ],
    [
      'poetry’s group, in pip’s words',
      {
        'pyproject.toml':
          '[tool.poetry]\nname = "acme"\n[tool.poetry.group.dev.dependencies]\npytest = "^8.1"\nfoo = "~1.2"\nbar = { version = "^0.3", extras = ["x"] }\nlocal = { path = "../x" }\n',
      },
      ['-e .', 'pytest>=8.1,<9', 'foo>=1.2,<1.3', 'bar[x]>=0.3,<0.4'],
    ],
    ['tox', { 'tox.ini': '[testenv]\ndeps =\n    pytest>=7\n    {env:X}\ncommands = pytest\n' }, ['-e .', 'pytest>=7']],
    [
      'hatch',
      { 'pyproject.toml': `${PROJECT}[tool.hatch.envs.default]\ndependencies = ["pytest"]\n` },
      ['-e .', 'pytest'],
    ],
    ['nothing at all', {}, ['-e .', 'pytest']],
  ])('%s', (_, files, install) => {
    expect(look({ ...TEST_FILE, ...files }).install).toEqual(install);
  });

  test('plugins without which pytest refuses the project’s own options are added', () => {
    const settings = '[tool.pytest.ini_options]\naddopts = ["-n", "auto", "--cov=acme"]\nasyncio_mode = "auto"\n';
    expect(look({ 'pyproject.toml': PROJECT + settings, ...TEST_FILE }).install).toEqual([
      ...['-e .', 'pytest', 'pytest-cov', 'pytest-xdist', 'pytest-asyncio'],
    ]);
  });
});

describe('the tests', () => {
  test.each<[string, Record<string, string>, string]>([
    ['pytest in its folder', { 'tests/test_it.py': 'import pytest\n' }, 'python -m pytest tests'],
    [
      'pytest with paths of its own',
      { 'pytest.ini': '[pytest]\ntestpaths = tests unit\n', ...TEST_FILE },
      'python -m pytest',
    ],
    [
      'pytest in setup.cfg',
      { 'setup.cfg': '[tool:pytest]\naddopts = -q\n', 'test/test_a.py': '' },
      'python -m pytest test',
    ],
    [
      'unittest',
      { 'tests/test_it.py': 'import unittest\nclass T(unittest.TestCase):\n  pass\n' },
      'python -m unittest discover -s tests',
    ],
    [
      'unittest’s cases run by pytest',
      { 'tests/test_it.py': 'import unittest\n', 'conftest.py': '' },
      'python -m pytest tests',
    ],
  ])('%s', (_, files, run) => {
    expect(look(files).gates).toEqual([{ name: 'tests', critical: true, run }]);
  });

  test('none: no gate, and it is said', () => {
    const { gates, missing } = look({});
    expect(gates).toEqual([]);
    expect(missing.join()).toMatch(/no test was found/);
  });
});

describe('coverage: a threshold only where the project sets it', () => {
  const extras = '[project.optional-dependencies]\ntest = ["pytest", "pytest-cov"]\n';

  test('fail_under', () => {
    const { gates } = look({
      'pyproject.toml': `${PROJECT}${extras}[tool.coverage.report]\nfail_under = 87.5\n`,
      ...TEST_FILE,
    });
    expect(gates[0]).toEqual({
      name: 'tests',
      critical: true,
      run: 'python -m pytest tests --cov=acme --cov-report=json:coverage.json',
      coverage: { report: 'coverage.json', overall: 87.5 },
    });
  });

  test('.coveragerc that says what is measured', () => {
    const { gates } = look({
      'pyproject.toml': PROJECT + extras,
      '.coveragerc': '[run]\nsource = acme\n[report]\nfail_under = 90\n',
      ...TEST_FILE,
    });
    expect(gates[0]?.run).toBe('python -m pytest tests --cov --cov-report=json:coverage.json');
  });

  test('one of several runs together is not asked of one', () => {
    const { gates, found } = look({
      'pyproject.toml': `${PROJECT}${extras}[tool.coverage.run]\nparallel = true\n[tool.coverage.report]\nfail_under = 100\n`,
      ...TEST_FILE,
    });
    expect(gates[0]).not.toHaveProperty('coverage');
    expect(found.join('\n')).toMatch(/not taken: coverage of 100 % .* several runs together/);
  });

  test('none without a rule', () => {
    expect(look({ 'pyproject.toml': PROJECT + extras, ...TEST_FILE }).gates[0]).not.toHaveProperty('coverage');
  });
});

describe('linters and type checkers', () => {
  const configured = '[tool.ruff]\nline-length = 100\n[tool.mypy]\nstrict = true\n';

  test('taken where the project configures them and they are installed', () => {
    const extras = '[project.optional-dependencies]\ntest = ["pytest", "ruff", "mypy"]\n';
    expect(look({ 'pyproject.toml': PROJECT + extras + configured, ...TEST_FILE }).gates.slice(1)).toEqual([
      { name: 'ruff', run: 'ruff check .' },
      { name: 'mypy', run: 'mypy src/acme' },
    ]);
  });

  test('told of where they are not installed', () => {
    const { gates, found } = look({ 'pyproject.toml': PROJECT + configured, ...TEST_FILE });
    expect(gates).toHaveLength(1);
    expect(found).toContainEqual('not taken: ruff is configured (pyproject.toml), and not among what is installed');
  });

  test('an installed one that nobody configured is no gate', () => {
    const extras = '[project.optional-dependencies]\ntest = ["pytest", "ruff"]\n';
    expect(look({ 'pyproject.toml': PROJECT + extras, ...TEST_FILE }).gates).toHaveLength(1);
  });
});
