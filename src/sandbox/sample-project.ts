import type { ProjectDocument } from './project-file.ts';

const SOURCE = 'src/pynomaly_lite';

/** The sample's project file: everything that the procedures ask for, thresholds included. `python`: the version that its gates run on. */
export function sampleProject({
  python,
  baseImage,
}: {
  python: string;
  baseImage: string | undefined;
}): ProjectDocument {
  return {
    project: 'pynomaly-lite',
    repository: 'https://github.com/acme/pynomaly-lite.git',
    package: 'pynomaly-lite',
    title: 'Pynomaly Lite',
    branches: { main: 'main', develop: 'develop' },
    version: { files: ['pyproject.toml', `${SOURCE}/__init__.py`], docs: ['docs/**/*.md'], tag: 'v{version}' },
    changelog: 'CHANGELOG.md',
    environment: { python, install: ['-e .[test,docs]'] },
    gates: [
      { name: 'quality', run: 'python scripts/quality_gates.py' },
      {
        name: 'tests',
        run: `pytest tests/ --cov=${SOURCE} --cov-report=json --cov-report=term --junitxml=junit.xml --benchmark-skip`,
        coverage: { report: 'coverage.json', overall: 85, paths: { [`${SOURCE}/domain`]: 95 } },
        junit: { report: 'junit.xml', minTests: 10 },
      },
      { name: 'integration', run: 'pytest tests/integration/ -v --tb=short' },
      { name: 'end-to-end', run: 'pytest tests/e2e/ -v --tb=short --timeout=300', timeout: '5m' },
      { name: 'critical', run: 'pytest tests/unit/critical/', critical: true, timeout: '10m' },
      {
        name: 'performance',
        run: 'pytest tests/performance/ --benchmark-only --benchmark-json=benchmark-results.json',
        // Gates run side by side on a machine that may be small: only a clear regression counts.
        benchmark: { report: 'benchmark-results.json', maxSlower: '200%' },
      },
      { name: 'lint', run: 'ruff check src/ tests/ scripts/', critical: true },
      { name: 'types', run: `mypy ${SOURCE}/`, critical: true },
      {
        name: 'security',
        run: `bandit -r ${SOURCE}/ -f json -o security-report.json`,
        bandit: { report: 'security-report.json', failOn: 'high' },
      },
      { builtin: 'pythons', pythons: [python] },
      { builtin: 'licences', licences: { allow: ['MIT', 'BSD-3-Clause', 'Apache-2.0'] } },
    ],
    smoke: [
      'pynomaly-lite --version',
      'pynomaly-lite detector list',
      {
        run: 'pynomaly-lite serve --port {port}',
        url: 'http://127.0.0.1:{port}',
        expect: [{ path: '/api/v1/health', contains: 'healthy' }, '/api/v1/detectors', '/app'],
      },
    ],
    policy: 'strict',
    signOffs: { release: ['tech-lead', 'qa', 'product-owner'] },
    apiDocs: { run: 'python scripts/docs/generate_api_docs.py', paths: ['docs/api'] },
    publish: {
      testIndex: { name: 'testpypi', credential: 'TESTPYPI_TOKEN' },
      index: { name: 'pypi', credential: 'PYPI_TOKEN' },
      github: { credential: 'GITHUB_TOKEN' },
      image: {
        name: 'ghcr.io/acme/pynomaly-lite',
        credential: 'REGISTRY_TOKEN',
        ...(baseImage === undefined ? {} : { buildArgs: { BASE: baseImage } }),
        withoutEngine: 'skip',
      },
      docs: { build: 'mkdocs build --strict --config-file mkdocs.yml', dir: 'site', branch: 'gh-pages' },
    },
  };
}
