import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseEnvironment, run } from '../../src/clients/command.ts';
import { nextVersion, type Stage } from './stage.ts';

const PACKAGE = 'src/pynomaly_lite';
const LIMIT = 600;

/**
 * The commands of a manual release procedure, one after another, as a script in CI runs them: two builds, a test environment and a clean
 * one, gates in turn, uploads, a GitHub release by curl (gh cannot reach a sandbox), docs, image. Nobody is asked anything.
 */
export async function plainScript(
  { folder, sandbox, cloneUrl, tools }: Stage,
  what: string,
): Promise<{ seconds: number }> {
  const version = nextVersion();
  const { addresses, people, servers, containers, keys } = sandbox;
  const home = join(folder, `script-${version}`);
  mkdirSync(home);
  const work = join(home, 'work');
  const token = people.tom?.githubToken ?? '';
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const api = `${addresses.githubApi}/repos/acme/pynomaly-lite`;
  const env = {
    ...baseEnvironment(),
    HOME: home,
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: `http.${new URL(cloneUrl).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: 'Script',
    GIT_CONFIG_KEY_2: 'user.email',
    GIT_CONFIG_VALUE_2: 'script@example.org',
    ...(containers.dockerHost === undefined ? {} : { DOCKER_HOST: containers.dockerHost, DOCKER_BUILDKIT: '0' }),
  };
  const startedAt = performance.now();
  await shell(home, [`git clone --quiet --branch develop ${cloneUrl} work`]);
  const before = /^version = "(.*)"$/m.exec(readFileSync(join(work, 'pyproject.toml'), 'utf8'))?.[1] ?? '';
  const bin = join(home, 'env', 'bin');
  const dist = `pynomaly_lite-${version}-py3-none-any.whl`;
  await shell(work, [
    // Preparation
    `git checkout --quiet -b release/v${version}`,
    `sed -i 's/^version = ".*"/version = "${version}"/' pyproject.toml && sed -i 's/^__version__ = ".*"/__version__ = "${version}"/' ${PACKAGE}/__init__.py`,
    `sed -i 's/^## \\[Unreleased\\]/## [Unreleased]\\n\\n## [${version}]/' CHANGELOG.md`,
    `python3 -m venv ${home}/env && ${bin}/pip install --quiet -e '.[test,docs]'`,
    `${bin}/python scripts/docs/generate_api_docs.py`,
    `find docs/ -name '*.md' -exec sed -i 's/v${before.replaceAll('.', '\\.')}/v${version}/g' {} +`,
    // Quality gates and tests
    `${bin}/python scripts/quality_gates.py`,
    `${bin}/bandit -r ${PACKAGE}/ -f json -o security-report.json`,
    `${bin}/pytest tests/performance/ --benchmark-only --benchmark-json=benchmark-results.json`,
    `${bin}/pytest tests/ --cov=${PACKAGE} --cov-report=html --cov-report=term --benchmark-skip`,
    `${bin}/pytest tests/integration/ -v --tb=short`,
    `${bin}/pytest tests/e2e/ -v --tb=short --timeout=300`,
    `${bin}/pytest tests/unit/critical/`,
    `${bin}/ruff check src/ tests/ scripts/`,
    `${bin}/mypy ${PACKAGE}/`,
    // Build, and a clean environment
    `rm -rf dist && ${tools}/python -m build`,
    `python3 -m venv ${home}/clean && ${home}/clean/bin/pip install --quiet dist/${dist}`,
    `${home}/clean/bin/python -c 'import pynomaly_lite; print(pynomaly_lite.__version__)'`,
    `${home}/clean/bin/pynomaly-lite --version && ${home}/clean/bin/pynomaly-lite detector list`,
    // Pull request, merge, tag
    `git add CHANGELOG.md docs pyproject.toml src && git commit --quiet -m 'chore: bump version to ${version}' && git push --quiet origin release/v${version}`,
    curl(
      `${api}/pulls`,
      { title: `Release v${version}`, head: `release/v${version}`, base: 'main', body: 'Release' },
      token,
      'pull.json',
    ),
    curl(`${api}/pulls/NUMBER/reviews`, { event: 'APPROVE' }, people.rita?.githubToken ?? '', 'review.json'),
    curl(`${api}/pulls/NUMBER/merge`, { merge_method: 'merge' }, token, 'merge.json', 'PUT'),
    `git checkout --quiet main && git pull --quiet origin main && git tag -a v${version} -m 'Release version ${version}' && git push --quiet origin v${version}`,
    // Indexes
    `rm -rf dist && ${tools}/python -m build`,
    twine(servers.testIndex.uploadUrl, keys.testIndex),
    `python3 -m venv ${home}/rehearsal && ${home}/rehearsal/bin/pip install --quiet --index-url ${servers.testIndex.simpleUrl} pynomaly-lite==${version}`,
    twine(servers.index.uploadUrl, keys.index),
    // GitHub release, docs, image, merge-back
    curl(
      `${api}/releases`,
      { tag_name: `v${version}`, name: `Pynomaly Lite v${version}`, body: 'Release' },
      token,
      'release.json',
    ),
    ...[dist, `pynomaly_lite-${version}.tar.gz`].map(
      (name) =>
        `curl --silent --fail --request POST --header 'Authorization: Bearer ${token}' --header 'Content-Type: application/octet-stream' --data-binary @dist/${name} "$(${tools}/python -c 'import json; print(json.load(open("../release.json"))["upload_url"].split("{")[0])')?name=${name}" --output /dev/null`,
    ),
    `PATH=${bin}:$PATH ${bin}/mkdocs gh-deploy --quiet --force --config-file mkdocs.yml`,
    ...image(),
    `git checkout --quiet develop && git merge --quiet main -m 'Merge v${version} back' && git push --quiet origin develop`,
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`  the script, ${what}: ${seconds.toFixed(1)} s`);
  return { seconds };

  function image(): string[] {
    const { registry, baseImage } = containers;
    if (registry === undefined || baseImage === undefined || containers.why !== undefined) return [];
    const name = `${registry.host}/acme/pynomaly-lite-script`;
    return [
      `docker build --quiet --network none --build-arg BASE=${baseImage} -t ${name}:${version} -t ${name}:latest .`,
      `printf %s '${keys.registry}' | docker login --username slipway --password-stdin ${registry.host}`,
      `docker push --quiet ${name}:${version} && docker push --quiet ${name}:latest`,
    ];
  }

  function twine(url: string, secret: string): string {
    return `TWINE_NON_INTERACTIVE=1 TWINE_USERNAME=__token__ TWINE_PASSWORD=${secret} ${tools}/twine upload --disable-progress-bar --repository-url ${url} dist/*`;
  }

  async function shell(cwd: string, lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const command = line.includes('NUMBER') ? line.replaceAll('NUMBER', String(pullNumber())) : line;
      const end = await run('/bin/bash', ['-euc', command], { cwd, env, timeoutSeconds: LIMIT });
      if (end.exitCode !== 0)
        throw new Error(`the script failed at: ${line}\n${end.stdout.slice(-2000)}\n${end.stderr.slice(-2000)}`);
    }
  }

  function pullNumber(): number {
    return (JSON.parse(readFileSync(join(home, 'pull.json'), 'utf8')) as { number: number }).number;
  }
}

function curl(url: string, body: object, token: string, output: string, method = 'POST'): string {
  const headers = [`Authorization: Bearer ${token}`, 'Content-Type: application/json']
    .map((header) => `--header '${header}'`)
    .join(' ');
  return `curl --silent --fail --request ${method} ${headers} --data '${JSON.stringify(body)}' --output ../${output} ${url}`;
}
