import { eq, valid } from '@renovatebot/pep440';

/** PEP 503. */
export function normalisedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** PEP 440 equality; what is no PEP 440 version (old files have such) only equals itself. */
export function sameVersion(a: string, b: string): boolean {
  return valid(a) !== null && valid(b) !== null ? eq(a, b) : a === b;
}

/** The version in the name of a wheel or sdist of `name`; indexes list files without it. */
export function versionOf(filename: string, name: string): string | undefined {
  const wheel = /^(?<name>[^-]+)-(?<version>[^-]+)(-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/.exec(filename)?.groups;
  if (wheel) return normalisedName(wheel.name!) === normalisedName(name) ? wheel.version : undefined;

  const stem = /^(.+)\.(tar\.gz|zip|tar\.bz2|tar\.xz|tgz)$/.exec(filename)?.[1];
  if (stem === undefined) return undefined;
  // Old sdists have dashes in their names: the first split that gives our name is the one.
  for (let dash = stem.indexOf('-'); dash !== -1; dash = stem.indexOf('-', dash + 1)) {
    if (normalisedName(stem.slice(0, dash)) === normalisedName(name)) return stem.slice(dash + 1);
  }
  return undefined;
}
