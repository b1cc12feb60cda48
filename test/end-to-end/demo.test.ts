import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importSample } from '../../src/sandbox/sample-repository.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { processesAt, startDemo, untilTrue } from '../support/demo.ts';
import { pythonTools } from '../support/python-tools.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';

const MINUTES = 60_000;

/** One release of the sample by the demo; then a sandbox on the state that it left. */
describe('npm run demo -- --once', { timeout: 10 * MINUTES }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-demo-'));
  const state = join(folder, 'state');
  const reportFile = join(folder, 'report.json');
  const ran = { code: -1, said: '', left: [] as string[] };
  let sandbox: Sandbox | undefined;

  beforeAll(async () => {
    const demo = startDemo('--once', '--state', state, '--report', reportFile);
    ran.code = await demo.ended;
    ran.said = demo.said();
    ran.left = processesAt(folder);
  }, 10 * MINUTES);

  afterAll(async () => {
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }, MINUTES);

  const report = () => JSON.parse(readFileSync(reportFile, 'utf8'));
  const released = () => report().runs.find(({ id }: { id: string }) => id === 'release:pynomaly-lite:0.2.0');
  const files = (): Record<string, string> =>
    Object.fromEntries(
      released().manifest.files.map((file: { name: string; sha256: string }) => [file.name, file.sha256]),
    );

  test('releases the sample and installs what it released', () => {
    expect(ran.said).toMatch(/installed pynomaly-lite 0\.2\.0; pynomaly_lite\.__version__ is 0\.2\.0/);
    expect(ran.code, ran.said).toBe(0);
  });

  test('shows its life: what pip installs after the release, the hotfix and the rollback of that', () => {
    const installed = [...ran.said.matchAll(/pip install pynomaly-lite gives (\S+)/g)].map(([, version]) => version);
    expect(installed).toEqual(['0.2.0', '0.2.1', '0.2.2']);
  });

  test('every role signs, and nobody signs what they started', () => {
    const signed = [...ran.said.matchAll(/☞ (\w+) .* signs off as ([\w-]+)/g)].map(([, who, role]) => [role, who]);
    expect(Object.fromEntries(signed)).toEqual({ 'tech-lead': 'tom', qa: 'quinn', 'product-owner': 'paula' });
  });

  test('leaves nothing running', () => {
    expect(ran.left).toEqual([]);
  });

  test('the report says where, who and what, to its owner alone', () => {
    expect(statSync(reportFile).mode & 0o777).toBe(0o600);
    const { addresses, people, project, runs } = report();
    expect(addresses).toMatchObject({
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      temporal: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      temporalUi: expect.stringMatching(/^http:/),
      github: expect.stringMatching(/^http:/),
      index: expect.stringMatching(/^http:/),
      testIndex: expect.stringMatching(/^http:/),
    });
    expect(people.tom).toMatchObject({ roles: ['tech-lead'], token: expect.stringMatching(/^slipway_/) });
    expect(project).toBe('pynomaly-lite');
    expect(released()).toMatchObject({
      outcome: 'released',
      version: '0.2.0',
      tag: 'v0.2.0',
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      manifest: { digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
    expect(Object.fromEntries(runs.map(({ id, outcome }: Record<string, string>) => [id, outcome]))).toMatchObject({
      'hotfix:pynomaly-lite:0.2.1': 'released',
      'rollback:pynomaly-lite:0.2.1': 'rolled-back',
      'release:pynomaly-lite:0.2.2': expect.toBeOneOf(['released', null]), // it may still be in its window
    });
    expect(Object.keys(files()).toSorted()).toEqual([
      'pynomaly_lite-0.2.0-py3-none-any.whl',
      'pynomaly_lite-0.2.0.tar.gz',
    ]);
  });

  describe('a sandbox that is started again on its state', () => {
    const ask = async (url: string, token?: string) => {
      const answer = await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status, url).toBe(200);
      return answer;
    };
    const there = () => sandbox as Sandbox;
    const runUrl = () => `${there().addresses.api}/v1/runs/${released().id}`;

    beforeAll(async () => {
      sandbox = await startSandbox({
        state,
        tools: pythonTools,
        workflowBundle: process.env.SLIPWAY_WORKFLOW_BUNDLE,
        seed: importSample,
      });
    }, 2 * MINUTES);

    test('has the same addresses and tokens', () => {
      expect(there().addresses).toEqual(report().addresses);
      expect(there().people).toEqual(report().people);
    });

    test('knows the run, from Temporal itself', async () => {
      const run = async () => (await ask(runUrl(), report().people.vera.token)).json();
      const { digest } = released().manifest;
      await expect
        .poll(run, { timeout: MINUTES })
        .toMatchObject({ outcome: 'released', live: true, manifest: { digest } });
    });

    test('what was approved is what is everywhere: one sha256 in the store, on both indexes and on GitHub', async () => {
      const { api: _, index, testIndex, githubApi } = there().addresses;
      const token = report().people.vera.token;
      const inStore = Object.entries(files()).map(async ([name, sha256]) => {
        const bytes = await (await ask(`${runUrl()}/artifacts/sha256:${sha256}`, token)).arrayBuffer();
        return [name, createHash('sha256').update(new Uint8Array(bytes)).digest('hex')];
      });
      expect(Object.fromEntries(await Promise.all(inStore))).toEqual(files());
      for (const url of [index, testIndex]) {
        const { urls } = (await (await ask(`${url}/pypi/pynomaly-lite/0.2.0/json`)).json()) as { urls: IndexFile[] };
        expect(Object.fromEntries(urls.map(({ filename, digests }) => [filename, digests.sha256]))).toEqual(files());
      }
      const release = `${githubApi}/repos/acme/pynomaly-lite/releases/tags/v0.2.0`;
      const { assets } = (await (await ask(release, report().people.tom.githubToken)).json()) as { assets: Asset[] };
      const onGithub = assets.map(({ name, digest }) => [name, digest.replace('sha256:', '')]);
      expect(Object.fromEntries(onGithub)).toMatchObject(files());
    });

    test("no secret is in a build worker's environment, nor the way to one", () => {
      const environment = readFileSync(`/proc/${there().service.build.pid}/environ`, 'utf8');
      const { keys, places } = there();
      const secrets = [
        keys.github,
        keys.index,
        keys.testIndex,
        keys.registry,
        keys.webhook,
        places.credentials,
        'private',
      ];
      expect(secrets.filter((secret) => environment.includes(secret))).toEqual([]);
      expect(readFileSync(`/proc/${there().service.publish.pid}/environ`, 'utf8')).toContain(places.credentials);
    });

    test('a worker that is killed is started again', async () => {
      const { build } = there().service;
      const before = build.pid;
      process.kill(-before, 'SIGKILL');
      await untilTrue(() => build.pid !== before);
      expect(existsSync(`/proc/${build.pid}`)).toBe(true);
    });

    test('a second one on the same state is refused', async () => {
      // Within one process the lock is its own: another process must be told apart.
      const second = startDemo('sandbox', '--state', state);
      expect(await second.ended).toBe(1);
      expect(second.said()).toMatch(/a sandbox runs on this state already, as process \d+/);
    });
  });
});

interface IndexFile {
  readonly filename: string;
  readonly digests: { readonly sha256: string };
}

interface Asset {
  readonly name: string;
  readonly digest: string;
}

test("a repository of one's own whose gate fails: the problem, its remedy and its log are told, and nothing is published", {
  timeout: 5 * MINUTES,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-blocked-'));
  const repository = new ScratchRepository()
    .write({
      'pyproject.toml':
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "thing"\nversion = "1.0.0"\n',
      'thing/__init__.py': '',
    })
    .commit('feat: a thing')
    .tag('v1.0.0')
    .write({ 'thing/more.py': '' })
    .commit('feat: more of it');
  const file = join(folder, 'thing.yaml');
  writeFileSync(
    file,
    'project: thing\nrepository: https://github.com/acme/thing.git\nchangelog: null\nenvironment: { install: [.] }\n' +
      'gates: [{ name: never, run: "echo what is wrong here; exit 3" }]\n',
  );
  const reportFile = join(folder, 'report.json');
  const places = ['--state', join(folder, 'state'), '--report', reportFile];
  const demo = startDemo('--once', '--repo', repository.folder, '--project', file, ...places);

  expect(await demo.ended, demo.said()).toBe(1);
  expect(demo.said()).toMatch(
    /test\.gate\.never \(attempt 1\): never: exit status 3\n(.*\n)*.*skip the gate, saying why/,
  );
  expect(demo.said()).toMatch(/its log, which ends so: \S+\n +\| what is wrong here/);
  expect(JSON.parse(readFileSync(reportFile, 'utf8')).runs).toMatchObject([
    { version: '1.1.0', outcome: null, tag: null },
  ]);
  expect(readFileSync(join(folder, 'state/changes.jsonl'), 'utf8')).not.toMatch(/"server":"(index|testIndex)"/);
  expect(repository.status()).toEqual([]);
  repository.dispose();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('a sandbox that is killed takes everything that it started with it', { timeout: 3 * MINUTES }, async () => {
  const state = mkdtempSync(join(tmpdir(), 'slipway-killed-'));
  const demo = startDemo('sandbox', '--state', state);
  await Promise.race([untilTrue(() => /is up until/.test(demo.said())), demo.ended]);
  expect(processesAt(state).length, demo.said()).toBeGreaterThan(5);

  demo.child.kill('SIGKILL');
  await demo.ended;
  await untilTrue(() => processesAt(state).length === 0);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(state);
  rmSync(state, { recursive: true, force: true, maxRetries: 3 });
});
