import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

const WITH_VALUE = new Set([
  ...['-i', '--index-url', '--extra-index-url', '--default-index', '--index', '-f', '--find-links'],
  ...['-c', '--constraint', '--trusted-host'],
]);

/** What pip-style arguments name exactly, and the options beside it. */
export function splitPinned(install: readonly string[]): { pinned: string[]; options: string[]; others: string[] } {
  const options = install.filter(
    (argument, index) => argument.startsWith('-') || WITH_VALUE.has(install[index - 1] ?? ''),
  );
  const named = install.filter((argument) => !options.includes(argument));
  const pinned = named.filter((argument) => /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]*\])?==[^*]+$/.test(argument));
  return { pinned, options, others: named.filter((argument) => !pinned.includes(argument)) };
}

/** Lines of a requirement file: any of the hashes may fit, since one version has several files. */
export function hashedLines(pinned: readonly string[], hashes: readonly string[]): string {
  const suffix = hashes.map((hash) => ` --hash=sha256:${hash.replace(/^sha256:/, '')}`).join('');
  return pinned.map((requirement) => `${requirement}${suffix}\n`).join('');
}

/** Files and folders that arguments name by their whole path: /x/y.whl, -e /x[test], name @ file:///x. */
export function pathsIn(install: readonly string[]): string[] {
  return install.flatMap((argument) => {
    const url = /file:\/\/[^\s#]+/.exec(argument)?.[0];
    const path =
      url === undefined ? argument.replace(/^-[a-z]|^--[a-z-]+=/, '').replace(/\[[^\]]*\]$/, '') : fileURLToPath(url);
    return isAbsolute(path) && existsSync(path) ? [path] : [];
  });
}
