import type { VersionHome } from './home.ts';
import { lineOf, type Tree } from './tree.ts';

/** The version of a package.json that a Python build reads (hatch-nodejs-version); any other is not the package's. */
export function jsonHome(tree: Tree, path: string): VersionHome | undefined {
  const text = tree.read(path);
  if (text === undefined) return undefined;
  for (const match of text.matchAll(/"(?:\\.|[^"\\])*"|[{}[\]]/g)) {
    const before = text.slice(0, match.index);
    if (match[0] !== '"version"' || depthAt(before) !== 1) continue;
    const value = /^\s*:\s*"(?<version>[^"\\]*)"/.exec(text.slice(match.index + match[0].length));
    if (value === null) continue;
    const end = match.index + match[0].length + value[0].length - 1;
    const version = value.groups!.version!;
    const span = { start: end - version.length, end };
    return {
      path,
      kind: 'package-json',
      where: `version, line ${lineOf(text, end)}`,
      version,
      span,
      form: 'whole',
      notation: 'semver',
    };
  }
  return undefined;
}

function depthAt(text: string): number {
  const brackets = text.replaceAll(/"(?:\\.|[^"\\])*"/g, '').match(/[{}[\]]/g) ?? [];
  return brackets.reduce((depth, bracket) => depth + (bracket === '{' || bracket === '[' ? 1 : -1), 0);
}
