import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseEnvironment, run, start } from '../../src/clients/command.ts';
import { processesWith, until } from './processes.ts';

const env = baseEnvironment();
let cwd: string;
let marks = 0;
/** A duration nobody else sleeps: finds its process again. */
const mark = () => `${100_000 + process.pid}.${++marks}`;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'command-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const sh = (script: string, options: Partial<Parameters<typeof run>[2]> = {}) =>
  run('sh', ['-c', script], { cwd, env, timeoutSeconds: 20, ...options });

test('command: a non-zero exit is a result, with both streams', async () => {
  expect(await sh('echo out; echo err >&2; exit 3')).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('command: a program that is not there is a problem, and so is one that is not executable', async () => {
  const options = { cwd, env, timeoutSeconds: 5 };
  await expect(run('no-such-program', [], options)).rejects.toMatchObject({ code: 'tool-missing' });
  await expect(run('/etc/passwd', [], options)).rejects.toMatchObject({ code: 'tool-missing' });
});

test('command: arguments reach the program as they are, whatever characters they hold', async () => {
  const args = ['a b', '$HOME', '`id`', "'", '"', '--', '', 'ü\n'];
  const { stdout } = await run('node', ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...args], {
    cwd,
    env,
    timeoutSeconds: 10,
  });
  expect(JSON.parse(stdout)).toEqual(args);
});

test('command: input is passed on, bytes come back unchanged', async () => {
  const input = new Uint8Array([0, 255, 10, 13, 128]);
  expect(Uint8Array.from((await run('cat', [], { cwd, env, timeoutSeconds: 5, input })).bytes)).toEqual(input);
});

test('command: only the last part of a long output is kept, all of it is in the log', async () => {
  const logFile = join(cwd, 'long.log');
  const end = await sh('i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done', { maxOutput: 100, logFile });
  expect(end.truncated).toBe(true);
  expect(end.stdout.length).toBe(100);
  expect(end.stdout.endsWith('line 2999\n')).toBe(true);
  expect((await readFile(logFile, 'utf8')).startsWith('line 0\n')).toBe(true);
});

describe('environment', () => {
  test('command: a child sees its own environment and nothing of ours', async () => {
    process.env.SLIPWAY_PLANTED = 'planted';
    const { stdout } = await sh('env', { env: { PATH: env.PATH as string, MINE: '1' } });
    expect(stdout).toContain('MINE=1');
    expect(stdout).not.toContain('planted');
  });

  test('base environment: keeps transport settings, drops tokens and the settings of pip, uv, twine, Python and git', () => {
    const kept = { PATH: '/bin', LC_ALL: 'C', SSL_CERT_FILE: '/c', https_proxy: 'http://p', HOME: '/h', TMPDIR: '/t' };
    const dropped = {
      PIP_INDEX_URL: 'x',
      UV_INDEX: 'x',
      TWINE_PASSWORD: 'x',
      PYTHONPATH: 'x',
      GIT_DIR: 'x',
      TOKEN: 'x',
    };
    expect(baseEnvironment({ ...kept, ...dropped })).toEqual({ ...kept, TZ: 'UTC' });
  });
});

describe('secrets', () => {
  const secret = 'pypi-AgEIcHlwaS5vcmc/+=&';

  test('command: a secret is starred out in every form, in output, lines and log', async () => {
    const logFile = join(cwd, 'secret.log');
    const lines: string[] = [];
    const basic = Buffer.from(`__token__:${secret}`).toString('base64');
    const text = `raw ${secret}\nurl ${encodeURIComponent(secret)}\nbasic ${basic}\n`;
    const end = await run('sh', ['-c', 'tee copy; cat copy >&2'], {
      ...{ cwd, env, timeoutSeconds: 5, input: text, secrets: [secret], logFile },
      onLine: (line) => lines.push(line),
    });
    for (const seen of [end.stdout, end.stderr, lines.join('\n'), await readFile(logFile, 'utf8')]) {
      expect(seen).toContain('raw ***\n');
      expect(seen).toContain('url ***\n');
      expect(seen).not.toContain(basic.slice(-16));
      expect(seen).not.toContain(secret.slice(-12));
    }
  });

  test('command: a secret that is written in two pieces is starred out', async () => {
    const half = secret.slice(0, 10);
    const script = `printf '%s' '${half}'; sleep 0.2; printf '%s' '${secret.slice(10)}'; echo ' end'`;
    expect((await sh(script, { secrets: [secret] })).stdout).toBe('*** end\n');
  });
});

describe('process trees', () => {
  test('command: at the time limit the whole group ends, also what ignores a polite request', async () => {
    const [polite, stubborn] = [mark(), mark()];
    const script = `sleep ${polite} & sh -c 'trap "" TERM; sleep ${stubborn}' & wait`;
    const end = await sh(script, { timeoutSeconds: 0.5, graceSeconds: 0.2 });
    expect(end).toMatchObject({ timedOut: true, cancelled: false });
    expect(await processesWith(polite)).toEqual([]);
    expect(await processesWith(stubborn)).toEqual([]);
  });

  test('command: a cancelled command may clean up, then its group ends', async () => {
    const marker = mark();
    const cancel = new AbortController();
    const script = `trap 'echo tidied; exit 9' TERM; sleep ${marker} & echo ready; wait`;
    const end = await sh(script, { signal: cancel.signal, onLine: () => cancel.abort() });
    expect(end).toMatchObject({ cancelled: true, timedOut: false, exitCode: 9, stdout: 'ready\ntidied\n' });
    expect(await processesWith(marker)).toEqual([]);
  });

  test('command: what a finished command left running ends with it', async () => {
    const marker = mark();
    expect((await sh(`sleep ${marker} & echo done`)).stdout).toBe('done\n');
    await until(
      () => processesWith(marker),
      (found) => found.length === 0,
    );
  });

  test('command: a daemon that left its group ends with the command when all of its tree is to end', async () => {
    const marker = mark();
    const end = await sh(`setsid sleep ${marker} & echo done`, { tree: 'kill-with-us' });
    expect(end).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    expect(await processesWith(marker)).toEqual([]);
  });

  test('command: a started server runs until it is ended', async () => {
    const marker = mark();
    const server = await start('sh', ['-c', `sleep ${marker} & wait`], { cwd, env });
    await until(
      () => processesWith(marker),
      (found) => found.length > 0,
    );
    expect((await server.end()).exitCode).not.toBe(0);
    expect(await processesWith(marker)).toEqual([]);
  });

  test.each([
    ['group', 'sleep MARK & wait'],
    ['kill-with-us', 'setsid sh -c "trap : TERM; sleep MARK & wait" & sleep MARK'],
  ] as const)('command: when the worker is killed outright, its commands end with it (%s)', async (tree, script) => {
    const marker = mark();
    const command = fileURLToPath(new URL('../../src/clients/command.ts', import.meta.url));
    const worker = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { run, baseEnvironment } from ${JSON.stringify(command)};
       await run('sh', ['-c', ${JSON.stringify(script.replaceAll('MARK', marker))}],
         { cwd: '/', env: baseEnvironment(), timeoutSeconds: 600, tree: '${tree}' });`,
    ]);
    const wanted = tree === 'group' ? 1 : 2;
    await until(
      () => processesWith(marker),
      (found) => found.length === wanted,
    );
    worker.kill('SIGKILL');
    await until(
      () => processesWith(marker),
      (found) => found.length === 0,
    );
  });
});
