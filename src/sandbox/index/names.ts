import { clean, compare } from '@renovatebot/pep440';

/** PEP 503. */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** The name as it stands in the names of files (PEP 427, PEP 625). */
export function fileStem(name: string): string {
  return normalizeName(name).replaceAll('-', '_');
}

/** The version in PEP 440's normal form, all its zeros kept; null for no version at all. */
export function normalizeVersion(version: string): string | null {
  return clean(version);
}

/** `1.0` and `1.0.0` name the same release. */
export function sameVersion(a: string, b: string): boolean {
  return clean(b) !== null && clean(a) !== null && compare(a, b) === 0;
}
