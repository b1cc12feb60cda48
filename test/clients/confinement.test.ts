import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createBuilder } from '../../src/clients/builder/builder.ts';
import type { BuilderOptions } from '../../src/clients/builder/options.ts';
import { ATTEMPTS, escapingGate, type Prey } from '../support/escaping-gate.ts';
import { pythonTools } from '../support/python-tools.ts';
import { write } from './git-sample.ts';
import { processesWith, until } from './processes.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MIB = 2 ** 20;
const LIMITS = { memory: 256 * MIB, processes: 48, fileSize: 4 * MIB };
const SELF_HELD = ['memory', 'processes', 'disk'];

let root: string;
let server: Server;
/** Stands for a worker: its environment holds what a gate must not see. */
let worker: ChildProcess;
let prey: Prey;
const folder = (...names: string[]) => join(root, ...names);
const builder = (options: Partial<BuilderOptions> = {}) =>
  createBuilder({
    ...{
      store: createArtifactStore(folder('state', 'artifacts')),
      tools: pythonTools,
      cache: folder('state', 'cache'),
    },
    ...{ scratch: folder('state', 'scratch'), hidden: [folder('state')], ...options },
  });
const command = (run: string, more = {}) => ({
  ...{ name: 'gate', run, cwd: folder('state', 'workspaces', 'mine'), timeout: 60, network: false },
  ...{ confinement: { limits: LIMITS }, ...more },
});
const escaped = (tail: string) => JSON.parse(tail.trim().split('\n').at(-1) ?? '') as string[];
let marks = 0;
const mark = () => `${300_000 + process.pid}.${++marks}`;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'confinement-'));
  write(root, {
    'credentials/PYPI_TOKEN': 'secret',
    'state/artifacts/sha256/some': 'bytes',
    'state/workspaces/other/checkout/.env': 'theirs',
    'state/workspaces/mine/README': 'mine',
  });
  server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  prey = {
    credential: folder('credentials', 'PYPI_TOKEN'),
    workerPid: 0,
    otherWorkspace: folder('state', 'workspaces', 'other'),
    artifacts: folder('state', 'artifacts'),
    port: (server.address() as { port: number }).port,
    marker: '',
    ...{ memory: 300 * MIB, processes: 64, fileSize: 8 * MIB },
  };
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

/** A worker with the marker in its environment, for as long as `use` takes; then what the gate left behind is ended. */
async function besideWorker<T>(use: (script: string, marker: string) => Promise<T>): Promise<T> {
  const marker = mark();
  worker = spawn('cat', { env: { ...process.env, WORKER_TOKEN: marker }, stdio: ['pipe', 'ignore', 'ignore'] });
  const script = folder('state', 'workspaces', 'mine', 'escape.py');
  writeFileSync(script, escapingGate({ ...prey, marker, workerPid: worker.pid! }));
  try {
    return await use(script, marker);
  } finally {
    worker.kill('SIGKILL');
    for (const pid of await processesWith(marker)) process.kill(Number(pid), 'SIGKILL');
  }
}

test('escape: from a plain process every attempt leads out, and what it started stays', async () => {
  await besideWorker(async (script, marker) => {
    const end = await promisify(execFile)('python3', [script], { cwd: folder('state', 'workspaces', 'mine') }).catch(
      (error: { stdout: string }) => error,
    );
    expect(escaped(end.stdout)).toEqual([...ATTEMPTS]);
    expect(await processesWith(marker)).not.toEqual([]);
  });
});

describe.each([['bubblewrap'], ['namespaces']] as const)('held by %s', (kind) => {
  const held = createHeld(kind);

  held('escape: no attempt of a gate leads out, and nothing stays after its end', async (options) => {
    await besideWorker(async (_, marker) => {
      const result = await builder(options).run(command('python3 escape.py'));
      const numbers = result.limits.startsWith('cgroup') ? [] : ['processes'];
      expect(escaped(result.tail)).toEqual(numbers);
      await until(
        () => processesWith(marker),
        (found) => found.length === 0,
      );
      expect(result).toMatchObject({ isolation: kind, exitCode: numbers.length });
      if (numbers.length === 0) expect(result.exceeded).toEqual(['memory', 'processes']);
    });
  });

  held('escape: a gate that asks for the network has it, and nothing else', async (options) => {
    await besideWorker(async () => {
      const result = await builder(options).run(command('python3 escape.py', { network: true }));
      expect(escaped(result.tail).filter((one) => !SELF_HELD.includes(one))).toEqual(['this machine', 'beyond']);
    });
  });
});

test('escape: with isolation none a gate finds what it looks for, so it must be asked for', async () => {
  await besideWorker(async () => {
    const result = await builder({ isolation: 'none' }).run(command('python3 escape.py'));
    expect(result.isolation).toBe('none');
    expect(escaped(result.tail)).toEqual(
      expect.arrayContaining(['credential', 'workspace', 'artifacts', 'this machine', 'beyond']),
    );
  });
});

describe.each([
  ['cgroups', true],
  ['rlimits', false],
] as const)('limits by %s', (_, groups) => {
  const eater = 'python3 -c "b = bytearray(400 << 20); b[::4096] = b\'x\' * len(b[::4096])"';

  test('limits: a gate that takes more memory than it may fails, and what held it is told', async () => {
    const result = await builder({ groups }).run(command(eater));
    expect(result.exitCode).not.toBe(0);
    if (result.limits.startsWith('cgroup')) expect(result).toMatchObject({ exitCode: 137, exceeded: ['memory'] });
    else expect(result).toMatchObject({ limits: 'rlimits', tail: expect.stringContaining('MemoryError') });
    const more = { confinement: { limits: { ...LIMITS, memory: 600 * MIB } } };
    expect(await builder({ groups }).run(command(eater, more))).toMatchObject({ exitCode: 0, exceeded: [] });
  });

  test('limits: no file grows beyond its limit, and a gate that ends of that is told why', async () => {
    const result = await builder({ groups }).run(
      command('dd if=/dev/zero of=big bs=1M count=8; code=$?; wc -c < big; exit $code'),
    );
    expect(result).toMatchObject({ exitCode: 153, exceeded: ['fileSize'] });
    expect(result.tail).toContain(`${LIMITS.fileSize}\n`);
  });
});

test('limits: a bomb that forks itself is held, ends with its gate, and the run goes on', async (context) => {
  const bomb = command('bomb() { bomb | bomb & }; bomb; sleep 1', { timeout: 20 });
  const working = builder();
  if (!(await working.held()).limits.startsWith('cgroup')) context.skip('no cgroups to be had here');
  expect((await working.run(bomb)).exceeded).toContain('processes');
  expect(await working.run(command('echo still here'))).toMatchObject({ exitCode: 0, tail: 'still here\n' });
});

test('isolation: where it is required and not to be had, no project code runs at all', async () => {
  const nowhere = { kinds: [] };
  const code = { code: 'isolation-missing', remedy: expect.stringContaining('bubblewrap') };
  await expect(builder({ ...nowhere, isolation: 'required' }).run(command('touch ran'))).rejects.toMatchObject(code);
  const wished = { confinement: { isolation: 'required' } as const };
  await expect(builder(nowhere).run(command('touch ran', wished))).rejects.toMatchObject(code);
  await expect(
    builder(nowhere).serve({ ...command('touch ran', wished), url: 'http://127.0.0.1:{port}' }, async () => {}),
  ).rejects.toMatchObject(code);
  const install = { python: null, cwd: root, install: [], ...wished };
  await expect(builder(nowhere).environment(folder('venv'), install)).rejects.toMatchObject(code);
  const build = { cwd: root, out: folder('dist'), sourceDateEpoch: 0, ...wished };
  await expect(builder(nowhere).build(build)).rejects.toMatchObject(code);
  expect(await builder(nowhere).run(command('ls ran'))).toMatchObject({ isolation: 'none', exitCode: 2 });
});

test('isolation: a project may ask for more than its worker does, not for less', async () => {
  const available = { confinement: { isolation: 'available' } as const };
  const some = (await builder().held()).isolation;
  expect((await builder({ isolation: 'none' }).run(command('true', available))).isolation).toBe(some);
  await expect(builder({ isolation: 'required', kinds: [] }).run(command('true', available))).rejects.toMatchObject({
    code: 'isolation-missing',
  });
});

function createHeld(kind: 'bubblewrap' | 'namespaces') {
  return (rule: string, check: (options: Partial<BuilderOptions>) => Promise<void>) =>
    test(rule, async (context) => {
      const options = { kinds: [kind] };
      if ((await builder(options).held()).isolation !== kind) context.skip(`${kind} is not to be had here`);
      await check(options);
    });
}

test('isolation: a tool of ours that starts an environment’s Python runs what is installed there, and holds it', async (context) => {
  const held = builder();
  if ((await held.held()).isolation === 'none') context.skip('nothing is kept apart here');
  const venv = folder('venv-of-tool');
  await held.environment(venv, { python: null, cwd: root, install: [] });
  const [site] = globSync('lib/python3*/site-packages', { cwd: venv });
  const stolen = folder('state', 'workspaces', 'mine', 'stolen');
  const line = `import shutil; shutil.copyfile(${JSON.stringify(prey.credential)}, ${JSON.stringify(stolen)})`;
  writeFileSync(join(venv, site!, 'thief.pth'), `${line}\n`);
  const args = ['--format=json', '--from=mixed', `--python=${venv}/bin/python`];
  const place = { cwd: folder('state', 'workspaces', 'mine'), timeout: 60 };
  const result = await held.tool('pip-licenses', args, { ...place, venv });
  expect([result.exitCode, JSON.parse(result.stdout)]).toEqual([0, expect.any(Array)]);
  expect(existsSync(stolen)).toBe(false);
  await held.tool('pip-licenses', args, place);
  expect(existsSync(stolen)).toBe(true);
});
