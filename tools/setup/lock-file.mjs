import { join } from 'node:path';
import { root } from './places.mjs';

export const lockFile = join(root, 'package-lock.json');

/**
 * Optional packages that some package in the lock names and the lock does not have: `npm ci` refuses such a lock.
 * @param {{ packages: Record<string, { optionalDependencies?: Record<string, string> }> }} lock
 * @returns {{ name: string, version: string }[]}
 */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !seenFrom(path, name).some((candidate) => candidate in packages))
      .map(([name, range]) => ({ name, version: range.replace(/^[~^]/, '') })),
  );
}

/** Where Node would look for NAME, from the package at PATH upwards. */
function seenFrom(/** @type {string} */ path, /** @type {string} */ name) {
  const found = [`${path === '' ? '' : `${path}/`}node_modules/${name}`];
  for (let at = path; at !== ''; ) {
    const cut = at.lastIndexOf('/node_modules/');
    at = cut < 0 ? '' : at.slice(0, cut);
    found.push(`${at === '' ? '' : `${at}/`}node_modules/${name}`);
  }
  return found;
}
