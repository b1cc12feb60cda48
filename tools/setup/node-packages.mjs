import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { head, run } from './command.mjs';
import { lockFile } from './lock-file.mjs';
import { root } from './places.mjs';
import { SetupProblem } from './problem.mjs';
import { shown } from './progress.mjs';

const installed = join(root, 'node_modules/.package-lock.json');
const stamp = join(root, 'node_modules/.slipway-lock');

/**
 * Current means: installed from these very bytes, or by an npm that somebody ran after the lock file was written. Times alone
 * would install again after every `git checkout`.
 */
export function nodePackagesAreCurrent() {
  if (!existsSync(installed)) return false;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest()) return true;
  return statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** Installs what package-lock.json names where that is not there yet. */
export async function ensureNodePackages() {
  if (nodePackagesAreCurrent()) return;
  const { program, args } = npm();
  const { ok, output, log } = await shown('Node packages (npm ci)', () =>
    // No package of ours needs its install script, and a script is somebody else's code.
    run('npm-ci', program, [
      ...args,
      'ci',
      '--include=dev',
      '--include=optional',
      '--ignore-scripts',
      '--loglevel=error',
    ]),
  );
  if (!ok) {
    throw new SetupProblem(
      `npm ci failed:\n${head(output)}`,
      `The whole output is in ${log}. Without a way to the package registry (npm config get registry), copy node_modules from a machine that has one.`,
    );
  }
  writeFileSync(stamp, lockDigest());
}

function lockDigest() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

/** The npm that started us, on the Node it runs on; the one on the PATH for those who ran this file themselves. */
function npm() {
  const script = process.env.npm_execpath;
  if (!script?.endsWith('npm-cli.js')) return { program: 'npm', args: [] };
  return { program: process.env.npm_node_execpath ?? process.execPath, args: [script] };
}
