/**
 * node tools/run.mjs [--quiet] [--no-bundle] [ENTRY ARGS…]
 *
 * Makes this clone ready (Node packages, Python tools, Temporal CLI, workflow bundle), then runs ENTRY on the product's Node
 * with SLIPWAY_TOOLS, TEMPORAL_CLI and SLIPWAY_WORKFLOW_BUNDLE in its environment. Ready already, that costs a fraction of a
 * second. --quiet says nothing unless something must be installed; stdout is ENTRY's alone.
 *
 * Plain JavaScript, for Node 18: this runs before there is anything else.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locked } from './setup/lock.mjs';
import { productNode } from './setup/node.mjs';
import { ensureNodePackages, nodePackagesAreCurrent } from './setup/node-packages.mjs';
import { root, state } from './setup/places.mjs';

const self = fileURLToPath(import.meta.url);

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error) || error.name !== 'SetupProblem') throw error;
  process.stderr.write(`\n${error.message}\n\n${/** @type {any} */ (error).remedy}\n`);
  process.exitCode = 1;
}

async function main(/** @type {string[]} */ argv) {
  if (!nodePackagesAreCurrent()) {
    process.stderr.write(
      'set-up: Node packages, then Python tools, the Temporal CLI, the workflow bundle; about a minute, once\n',
    );
    await underLock(ensureNodePackages);
  }

  const node = productNode();
  if (node !== process.execPath) return become(node, [self, ...argv], process.env);

  const command = argv.findIndex((arg) => !arg.startsWith('--'));
  const flags = command < 0 ? argv : argv.slice(0, command);
  const { ensureReady } = await import('./setup/ready.ts');
  const environment = await underLock(() =>
    ensureReady({ quiet: flags.includes('--quiet'), bundle: !flags.includes('--no-bundle') }),
  );
  if (command < 0) return;

  const [entry = '', ...args] = argv.slice(command);
  // npm starts scripts in the project's folder; paths that a person typed are meant from where they are.
  if (process.env.npm_lifecycle_event && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  return become(node, [resolve(root, entry), ...args], { ...process.env, ...environment });
}

/**
 * @template T
 * @param {() => Promise<T>} act
 */
function underLock(act) {
  const waiting = (/** @type {number} */ holder) =>
    process.stderr.write(`set-up: waiting for another set-up of this clone (process ${holder}) …\n`);
  return locked(join(state, 'setup.lock'), act, waiting);
}

/** Hands over to NODE: in this very process where Node can, else as a child whose signals and exit code are passed on. */
async function become(/** @type {string} */ node, /** @type {string[]} */ args, /** @type {NodeJS.ProcessEnv} */ env) {
  if (process.execve) process.execve(node, [node, ...args], env);

  const child = spawn(node, args, { env, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGQUIT']))
    process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to the child itself; a second one would mean "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => {
      process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
      done(undefined);
    });
  });
}
