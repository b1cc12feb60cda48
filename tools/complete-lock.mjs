/**
 * node tools/complete-lock.mjs: after `npm install`, adds to package-lock.json the optional packages of other platforms that
 * npm left out. npm drops those that the registry in use does not carry (many mirrors have only some platforms), and then
 * refuses its own lock file in `npm ci`, everywhere. `npm install --package-lock-only` puts the lines in npm's order.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { lockFile, missingOptionals } from './setup/lock-file.mjs';

const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
const missing = missingOptionals(lock);
for (const { name, version } of missing) {
  lock.packages[`node_modules/${name}`] = { version, optional: true, ...platform(name) };
}
if (missing.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`${missing.length} added`);

/** What npm would have read in the package's own manifest; such packages carry it in their name. */
function platform(/** @type {string} */ name) {
  const words = name.split(/[/-]/);
  const one = (/** @type {string[]} */ known) => words.filter((word) => known.includes(word));
  const os = one(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);
  const cpu = one(['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']);
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name}: write its os and cpu into the lock file yourself`);
  const libc = words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {};
  return { cpu, ...libc, os };
}
