const PART = /^(?!\.)(?!.*\.lock$)[^\s~^:?*[\\\p{Cc}]+$/u;

/** A full reference name such as `refs/heads/main`, by git's own rules, and never one that could be read as an option. */
export function isRefName(name: string): boolean {
  if (!name.startsWith('refs/') || name.includes('..') || name.includes('@{') || name.endsWith('.')) return false;
  const parts = name.split('/');
  return parts.length >= 3 && parts.every((part) => PART.test(part)) && !parts[2]!.startsWith('-');
}

export function isBranchName(name: string): boolean {
  return isRefName(`refs/heads/${name}`);
}

export function isTagName(name: string): boolean {
  return isRefName(`refs/tags/${name}`);
}

export function isSha(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

export const NO_OBJECT = '0'.repeat(40);
