import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './places.mjs';
import { SetupProblem } from './problem.mjs';

const bundled = join(root, 'node_modules/.bin/node');

/** Node runs the product's TypeScript since 22.18; 26 brings a `Temporal` of its own into workflow code, which breaks replay. */
function suits(/** @type {string} */ version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 22 && minor >= 18) || (major > 22 && major < 26);
}

/** The Node that the product runs on: the one that runs this where it suits, else the one that npm brought. */
export function productNode() {
  if (suits(process.versions.node)) return process.execPath;
  if (existsSync(bundled)) return bundled;
  throw new SetupProblem(
    `Slipway needs Node 22.18 to 25; this is ${process.versions.node}, and npm has none for ${process.platform} ${process.arch}.`,
    'Install Node 24 LTS (https://nodejs.org) and run the command again.',
  );
}
