import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-run-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(root: string, args: string[], env: NodeJS.ProcessEnv = {}, flags: string[] = []): ChildProcess {
  return spawn(process.execPath, [...flags, join(root, 'tools/run.mjs'), ...args], {
    cwd: folder,
    env: { ...process.env, npm_execpath: '', npm_lifecycle_event: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...how: Parameters<typeof start>) {
  const child = start(...how);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { stdout, stderr, code };
}

function script(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

// Where Node can put another program in its own place, and where it cannot (Node 20, which starts everything the first time).
describe.each([
  ['in its place', []],
  ['as its child', ['--import', 'data:text/javascript,delete process.execve']],
])('a command that runs %s', (_, flags) => {
  const own = process.cwd();

  test('has stdout to itself, its arguments as typed, and its exit code kept', async () => {
    const entry = script('entry.ts', 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;');
    const { stdout, stderr, code } = await run(
      own,
      ['--quiet', '--no-bundle', entry, 'detect', '--print', 'a b'],
      {},
      flags,
    );
    expect({ stdout, stderr, code }).toEqual({ stdout: '["detect","--print","a b"]\n', stderr: '', code: 7 });
  });

  test('knows where the tools are, and is where the person is who typed it', async () => {
    const entry = script(
      'entry.ts',
      `const { SLIPWAY_TOOLS, TEMPORAL_CLI, SLIPWAY_WORKFLOW_BUNDLE } = process.env;
       console.log(JSON.stringify({ tools: SLIPWAY_TOOLS, cli: TEMPORAL_CLI, bundle: SLIPWAY_WORKFLOW_BUNDLE, cwd: process.cwd() }));`,
    );
    const { stdout } = await run(own, ['--quiet', entry], { npm_lifecycle_event: 'slipway', INIT_CWD: folder }, flags);
    const { tools, cli, bundle, cwd } = JSON.parse(stdout);
    expect([`${tools}/twine`, cli, bundle].filter((file) => !existsSync(file))).toEqual([]);
    expect(cwd).toBe(folder);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('is told of %s, and may end in its own time', async (signal) => {
    const entry = script(
      'entry.ts',
      `process.on('${signal}', () => { console.log('ending'); process.exit(5); });
       console.log('up'); setInterval(() => {}, 1000);`,
    );
    const child = start(own, ['--quiet', '--no-bundle', entry], {}, flags);
    const closed = once(child, 'close');
    const output = text(child.stdout!);
    await once(child.stdout!, 'data');
    child.kill(signal);
    expect([(await closed)[0], await output]).toEqual([5, expect.stringContaining('ending')]);
  });
});

describe('a clone without node_modules', () => {
  const lockFile = () => join(folder, 'package-lock.json');
  const calls = () =>
    existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];

  /** The clone's own set-up, with an npm and a Python that only write down that they were called. */
  beforeEach(() => {
    cpSync('tools', join(folder, 'tools'), { recursive: true });
    cpSync('src/temporal', join(folder, 'src/temporal'), { recursive: true });
    writeFileSync(lockFile(), '{}');
    program('npm', 'mkdir -p node_modules; touch node_modules/.package-lock.json');
    program('python3', 'echo "no module named ensurepip" >&2; exit 1');
  });

  function program(name: string, does: string): void {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${join(folder, 'calls')}"\ncd "${folder}"\n${does}\n`);
    chmodSync(file, 0o755);
  }
  const setUp = () => run(folder, [], { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` });
  const npmCalls = () => calls().filter((call) => call.startsWith('npm')).length;

  test('installs what the lock file names, says so, and does it once', async () => {
    expect((await setUp()).stderr).toMatch(/Node packages \(npm ci\): \d+\.\d s/);
    await setUp();
    expect(calls()[0]).toMatch(/^npm ci .*--ignore-scripts/);
    expect(npmCalls()).toBe(1);
  });

  test('installs again when the lock file says something else, not when it was only written again', async () => {
    await setUp();
    const later = new Date(Date.now() + 60_000);
    utimesSync(lockFile(), later, later);
    await setUp();
    expect(npmCalls()).toBe(1);
    writeFileSync(lockFile(), '{ "packages": {} }');
    utimesSync(lockFile(), later, later);
    await setUp();
    expect(npmCalls()).toBe(2);
  });

  test('says what npm said, and ends, where npm fails', async () => {
    program('npm', 'echo "npm error code ENOTFOUND"; exit 1');
    const { stderr, stdout, code } = await setUp();
    expect(stderr).toContain('npm error code ENOTFOUND');
    expect(stderr).toContain('npm config get registry');
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
  });

  test('says which Python is needed and how to get it, where there is none', async () => {
    const { stderr, code } = await setUp();
    expect(stderr).toMatch(/needs python3, 3\.10 or newer[\s\S]*apt-get install python3 python3-venv/);
    expect(code).toBe(1);
  });

  test('says that venv is missing where Python has none', async () => {
    program('python3', '[ "$1" = -c ] && exit 0; echo "ensurepip is not available" >&2; exit 1');
    const { stderr, code } = await setUp();
    expect(stderr).toMatch(/ensurepip is not available[\s\S]*apt-get install python3-venv/);
    expect(code).toBe(1);
  });
});

test('a TEMPORAL_CLI that does not run is refused with what to do', async () => {
  const { stderr, code } = await run(process.cwd(), [], { TEMPORAL_CLI: '/nonexistent/temporal' });
  expect(stderr).toMatch(/TEMPORAL_CLI names \/nonexistent\/temporal, which does not run[\s\S]*unset TEMPORAL_CLI/);
  expect(code).toBe(1);
});
