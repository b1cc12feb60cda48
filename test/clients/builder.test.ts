import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createBuilder } from '../../src/clients/builder/builder.ts';
import { pythonTools } from '../support/python-tools.ts';
import { writePythonSample } from './python-sample.ts';

vi.setConfig({ testTimeout: 180_000 }); // installers, on a machine that may be busy

let root: string;
const folder = (name: string) => join(root, name);
const store = () => createArtifactStore(folder('store'));
const builder = (options = {}) =>
  createBuilder({ store: store(), tools: pythonTools, cache: folder('cache'), scratch: folder('scratch'), ...options });
const WHEEL = 'sample_pkg-1.2.0a1-py3-none-any.whl';
const SDIST = 'sample_pkg-1.2.0a1.tar.gz';
const sourceDateEpoch = 1_790_812_800;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'builder-'));
  writePythonSample(folder('sample'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hashes = (files: readonly string[]) =>
  Object.fromEntries(
    files.map((file) => [basename(file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );

describe('build', () => {
  test('build: the same commit gives the same bytes, whenever and under whatever umask it is built', async () => {
    const first = await builder().build({ cwd: folder('sample'), out: folder('dist-1'), sourceDateEpoch });
    for (const file of ['README.md', 'src/sample_pkg/__init__.py']) utimesSync(join(folder('sample'), file), 1, 1);
    const umask = process.umask(0o077);
    try {
      const second = await builder().build({ cwd: folder('sample'), out: folder('dist-2'), sourceDateEpoch });
      expect(hashes(second.files)).toEqual(hashes(first.files));
    } finally {
      process.umask(umask);
    }
    expect(first.files.map((file) => basename(file))).toEqual([WHEEL, SDIST]);
    expect(await store().text(first.log.digest)).toContain('Successfully built');
  });

  test('build: without uv, by build, the bytes are the same', async () => {
    const tools = folder('tools-without-uv');
    mkdirSync(tools);
    for (const name of ['pyproject-build', 'python']) {
      writeFileSync(join(tools, name), `#!/bin/sh\nexec ${join(pythonTools, name)} "$@"\n`, { mode: 0o755 });
    }
    const plain = builder({ tools, isolation: 'none' });
    const { files } = await plain.build({ cwd: folder('sample'), out: folder('dist-3'), sourceDateEpoch });
    const first = [WHEEL, SDIST].map((name) => join(folder('dist-1'), name));
    expect(hashes(files)).toEqual(hashes(first));
  });

  test('build: what fails is told with the last words of its log', async () => {
    writePythonSample(folder('broken'));
    writeFileSync(join(folder('broken'), 'pyproject.toml'), '[project]\nname = "x"\n');
    const build = builder().build({ cwd: folder('broken'), out: folder('dist-4'), sourceDateEpoch });
    await expect(build).rejects.toMatchObject({
      code: 'build-failed',
      facts: { log: expect.stringMatching(/^sha256:/) },
    });
  });
});

describe('metadata', () => {
  const files = () => [WHEEL, SDIST].map((name) => join(folder('dist-1'), name));

  test('metadata: name and version are compared as the index compares them', async () => {
    await builder().checkMetadata(files(), { name: 'Sample.PKG', version: '1.2.0-alpha.1' });
  });

  test('metadata: another version and another name are refused', async () => {
    const check = (name: string, version: string) => builder().checkMetadata(files(), { name, version });
    await expect(check('sample-pkg', '1.2.0')).rejects.toMatchObject({ code: 'version-mismatch' });
    await expect(check('sample', '1.2.0a1')).rejects.toMatchObject({ code: 'metadata-refused' });
  });

  test('metadata: a readme that an index would not show is refused', async () => {
    writePythonSample(folder('unreadable'));
    const project = readFileSync(join(folder('unreadable'), 'pyproject.toml'), 'utf8');
    writeFileSync(join(folder('unreadable'), 'pyproject.toml'), project.replace('README.md', 'README.rst'));
    writeFileSync(join(folder('unreadable'), 'README.rst'), 'Title\n==\n\n.. nope::\n');
    const built = await builder().build({ cwd: folder('unreadable'), out: folder('dist-5'), sourceDateEpoch });
    const check = builder().checkMetadata(built.files, { name: 'sample-pkg', version: '1.2.0a1' });
    await expect(check).rejects.toMatchObject({
      code: 'metadata-refused',
      facts: { log: expect.stringMatching(/^sha256:/) },
    });
  });

  test('metadata: a file that is no wheel is refused', async () => {
    const file = join(root, WHEEL);
    writeFileSync(file, 'no wheel');
    const check = builder().checkMetadata([file], { name: 'sample-pkg', version: '1.2.0a1' });
    await expect(check).rejects.toMatchObject({ code: 'metadata-refused' });
  });
});

describe('environments', () => {
  test.each([
    ['uv', () => builder()],
    ['pip', () => builder({ tools: undefined, isolation: 'none' })],
  ])('environment: by %s, the package and pip are there, and what was installed is in the store', async (by, make) => {
    const venv = folder(`venv-${by}`);
    const install = by === 'uv' ? ['-e', '.'] : [join(folder('dist-1'), WHEEL)];
    const made = await make().environment(venv, { python: null, cwd: folder('sample'), install });
    expect(made.version).toMatch(/^3\.\d+\.\d+$/);
    expect(await store().text(made.packages.digest)).toMatch(/sample.pkg==1.2.0a1/);
    const run = { name: 'version', cwd: folder('sample'), venv, timeout: 60, network: false };
    const result = await builder().run({ ...run, run: 'python -m sample_pkg && pip --version && which python' });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.tail).toMatch(/^1\.2\.0a1\n/);
    expect(result.tail).toContain(`${venv}/bin/python`);
  });

  test('environment: a wheel is installed from its path, with the hash that was approved and no other', async () => {
    const wheel = join(folder('dist-1'), WHEEL);
    const cwd = folder('empty');
    mkdirSync(cwd, { recursive: true });
    await builder().environment(folder('venv-wheel'), { python: null, cwd, install: [wheel] });
    const install = ['--no-index', '--find-links', folder('dist-1'), 'sample-pkg==1.2.0a1'];
    const all = Object.values(hashes([wheel, join(folder('dist-1'), SDIST)]));
    await builder().environment(folder('venv-hash'), { python: null, cwd, install, hashes: all });
    const other = builder().environment(folder('venv-hash'), { python: null, cwd, install, hashes: ['0'.repeat(64)] });
    await expect(other).rejects.toMatchObject({ code: 'environment-failed' });
    expect(existsSync(folder('venv-wheel/bin/python'))).toBe(true);
  });

  test('environment: an install that fails is told with its log, a Python that is not there by its version', async () => {
    const options = { python: null, cwd: folder('sample'), install: ['--no-index', 'no-such-package'] };
    await expect(builder().environment(folder('venv-x'), options)).rejects.toMatchObject({
      code: 'environment-failed',
      message: expect.stringContaining('no-such-package'),
    });
    await expect(builder().environment(folder('venv-x'), { ...options, python: '3.99' })).rejects.toMatchObject({
      code: 'interpreter-missing',
      message: expect.stringContaining('3.99'),
    });
  });

  test('interpreter: found by its version, and only what is a version is looked for', async () => {
    const { version } = await builder().environment(folder('venv-v'), { python: null, cwd: root, install: [] });
    expect(await builder().interpreter(version)).toMatch(/python/);
    expect(await builder().interpreter(version.split('.').slice(0, 2).join('.'))).toMatch(/python/);
    for (const text of ['3.99', '3', '../../bin/sh', '-V', ''])
      expect(await builder().interpreter(text)).toBeUndefined();
  });
});

/** Copies are made only where nobody else can write to what is copied. */
describe('environments that share their packages', () => {
  const install = ['-e', '.', 'iniconfig'];
  const wanted = (name: string) => ({ python: null, cwd: folder(name), install });
  const scratch = join(tmpdir(), `bases-${process.pid}`);
  let worker: ReturnType<typeof builder>;
  const module = (venv: string) => globSync(join(venv, 'lib/python*/site-packages/iniconfig/__init__.py'))[0] ?? '';
  const isolated = async () => {
    const command = { name: 'look', run: 'true', cwd: root, timeout: 60, network: false };
    return (await worker.run(command)).isolation !== 'none';
  };
  beforeAll(() => {
    worker = builder({ scratch });
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('environment: a copy holds the packages that one made from nothing holds', async () => {
    const anew = await builder({ isolation: 'none' }).environment(folder('venv-anew'), wanted('sample'));
    const copied = await worker.environment(folder('venv-copied'), wanted('sample'));
    const packages = async (digest: `sha256:${string}`) => (await store().text(digest)).trim().split('\n').sort();
    expect(await packages(copied.packages.digest)).toEqual(await packages(anew.packages.digest));
  });

  test('environment: its programs and its packages are its own, wherever it was copied from', async () => {
    const run =
      'pip --version && python -c "import iniconfig; print(iniconfig.__file__)" && grep -rlE "bases-|base-" $VIRTUAL_ENV/bin';
    const venv = folder('venv-copied');
    const result = await worker.run({
      ...{ name: 'look', run, cwd: folder('sample'), venv, timeout: 60, network: false },
    });
    expect(result.exitCode).toBe(1); // what grep says that finds nothing
    for (const line of result.tail.trim().split('\n')) expect(line).toContain(venv);
  });

  test("environment: what a project's build writes wherever it can reaches no other environment", async (context) => {
    if (!(await isolated())) context.skip('nothing is kept apart here');
    writePythonSample(folder('hostile'));
    const project = join(folder('hostile'), 'pyproject.toml');
    writeFileSync(
      project,
      readFileSync(project, 'utf8').replace('"hatchling.build"', '"backend"\nbackend-path = ["."]'),
    );
    writeFileSync(
      join(folder('hostile'), 'backend.py'),
      `import glob
from hatchling.build import *
places = [${JSON.stringify(root)}, ${JSON.stringify(scratch)}]
for found in [f for place in places for f in glob.glob(place + "/**/iniconfig/__init__.py", recursive=True, include_hidden=True)]:
    open(found, "a").write("hostile = True\\n")
`,
    );
    await worker.environment(folder('venv-hostile'), wanted('hostile'));
    await worker.environment(folder('venv-after'), wanted('sample'));
    expect(readFileSync(module(folder('venv-hostile')), 'utf8')).toContain('hostile');
    for (const venv of ['venv-copied', 'venv-after'])
      expect(readFileSync(module(folder(venv)), 'utf8')).not.toContain('hostile');
    expect(globSync(join(scratch, '*/base-*')).length).toBe(1);
  });

  test('environment: a copy made beforehand is handed out once, whole and untouched', async (context) => {
    if (!(await isolated())) context.skip('nothing is kept apart here');
    const handedOut = await vi.waitFor(
      async () => {
        const spare = statSync(globSync(join(scratch, '*/spare-*'))[0] ?? '').ino;
        await worker.environment(folder('venv-spare'), wanted('sample'));
        expect(statSync(folder('venv-spare')).ino).toBe(spare);
        return spare;
      },
      { timeout: 50_000 },
    );
    expect(readFileSync(module(folder('venv-spare')), 'utf8')).not.toContain('hostile');
    const look = { name: 'look', run: 'pip --version', cwd: folder('sample'), venv: folder('venv-spare') };
    expect(await worker.run({ ...look, timeout: 60, network: false })).toMatchObject({ exitCode: 0 });
    await worker.environment(folder('venv-next'), wanted('sample'));
    expect(statSync(folder('venv-next')).ino).not.toBe(handedOut);
  });

  test('environment: packages that need a build of their own are installed all the same', async () => {
    const sdist = join(folder('dist-1'), SDIST);
    const made = await worker.environment(folder('venv-sdist'), { python: null, cwd: root, install: [sdist] });
    expect(await store().text(made.packages.digest)).toMatch(/^sample-pkg==1.2.0a1$/m);
  });
});

test('tool: one of ours answers on stdout; one that is not there is named', async () => {
  const options = { cwd: root, timeout: 60 };
  expect(await builder().tool('uv', ['--version'], options)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^uv /),
  });
  await expect(builder().tool('no-such-tool', [], options)).rejects.toMatchObject({ code: 'tool-missing' });
});
