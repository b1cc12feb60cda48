import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, tail } from './command.mjs';
import { root, state, tools } from './places.mjs';
import { SetupProblem } from './problem.mjs';
import { shown } from './progress.mjs';

const pins = join(root, 'tools/python-tools.txt');

/** One pinned environment for the Python programs that Slipway runs; made again when a pin changes or the clone moves. */
export function ensurePythonTools(): Promise<void> {
  return ensureEnvironment(tools, pins, 'Python tools (a virtual environment with uv, build, twine, …)');
}

/** What the tests alone run, apart so that nobody else waits for it; answers its programs' folder. */
export async function ensureTestTools(): Promise<string> {
  const folder = join(state, 'test-tools');
  const what = "the tests' own Python tools (schemathesis, an S3 server)";
  await ensureEnvironment(folder, join(root, 'tools/test-tools.txt'), what);
  return join(folder, 'bin');
}

async function ensureEnvironment(folder: string, file: string, what: string): Promise<void> {
  const stamp = join(folder, '.slipway-pins');
  const wanted = createHash('sha256').update(folder).update(readFileSync(file)).digest('hex');
  if (existsSync(join(folder, 'bin/python')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  await shown(what, async () => {
    rmSync(folder, { recursive: true, force: true });
    await createEnvironment(folder);
    await installPinned(file, folder);
    writeFileSync(stamp, wanted);
  });
}

/** Installs exactly what FILE pins, every download checked against its hash. */
export async function installPinned(file: string, folder = tools): Promise<void> {
  const env = pipEnvironment();
  const python = join(folder, 'bin/python');
  const uv = join(tools, 'bin/uv');
  // uv takes seconds where pip takes a quarter of a minute, but reads no pip.conf: a machine with its own index needs pip.
  if (existsSync(uv) || (await installUv(python, env))) {
    const fast = await run('uv-install', uv, ['pip', 'install', '--python', python, '--require-hashes', '-r', file], {
      env,
    });
    if (fast.ok) return;
  }
  const slow = await run('pip-install', python, [...pipInstall, '-r', file], { env });
  if (!slow.ok) {
    throw new SetupProblem(
      `pip could not install the Python tools; its last words:\n${tail(slow.output)}`,
      `The whole output is in ${slow.log}. A way to a package index is needed: pip config list, PIP_INDEX_URL, PIP_CERT and HTTPS_PROXY say which.`,
    );
  }
}

const pipInstall = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--require-hashes'];

async function installUv(python: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const pin = /^uv==[\s\S]*?(?=^\S)/m.exec(readFileSync(pins, 'utf8'))?.[0];
  if (!pin) return false;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-uv-'));
  try {
    const file = join(folder, 'uv.txt');
    writeFileSync(file, pin);
    return (await run('pip-install-uv', python, [...pipInstall, '-r', file], { env })).ok;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function createEnvironment(folder: string): Promise<void> {
  const env = pipEnvironment();
  const version = await run('python-version', 'python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'], {
    env,
  });
  if (!version.ok) {
    throw new SetupProblem(
      'Slipway needs python3, 3.10 or newer, on the PATH.',
      'Debian, Ubuntu: apt-get install python3 python3-venv',
    );
  }
  const made = await run('python-venv', 'python3', ['-m', 'venv', folder], { env });
  if (!made.ok) {
    rmSync(folder, { recursive: true, force: true });
    throw new SetupProblem(
      `python3 -m venv failed:\n${tail(made.output)}`,
      'Python 3 with venv is needed. Debian, Ubuntu: apt-get install python3-venv',
    );
  }
}

/** The person's environment (proxies, certificates, index), without what would make pip install anywhere else. */
function pipEnvironment(): NodeJS.ProcessEnv {
  const { PYTHONHOME, PYTHONPATH, PIP_USER, PIP_TARGET, PIP_PREFIX, VIRTUAL_ENV, ...env } = process.env;
  return env;
}
