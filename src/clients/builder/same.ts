import { eq, valid } from '@renovatebot/pep440';

/** PEP 503. */
export function sameName(a: string, b: string): boolean {
  const normal = (name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  return normal(a) === normal(b);
}

/** PEP 440: 1.2.0-alpha.1 and 1.2.0a1 are one version. */
export function sameVersion(a: string, b: string): boolean {
  return valid(a) !== null && valid(b) !== null && eq(a, b);
}
