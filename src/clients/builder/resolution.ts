import { sameName, sameVersion } from './same.ts';

/** What uv says that an installation in an empty environment would consist of. */
export interface Resolution {
  /** Requirement file of what an index has under a name and version, each with its hashes, and the indexes themselves. */
  readonly locked: string;
  readonly pinned: readonly { readonly name: string; readonly version: string }[];
  /** How many others there are: the project itself, files and addresses. */
  readonly others: number;
}

const WITH_VALUE = new Set([
  ...['-c', '--constraint', '--group', '-i', '--index-url', '--extra-index-url', '--default-index', '--index'],
]);
const REFRESHED = '--refresh-package';

/**
 * pip-style arguments as a requirement file of their own, and what else the resolver is to be told. Undefined where an argument is none of
 * those that mean the same to it as to the installer.
 */
export function resolverInput(
  install: readonly string[],
): { lines: string[]; args: string[]; refreshed: string[] } | undefined {
  const input = { lines: [] as string[], args: [] as string[], refreshed: [] as string[] };
  for (let at = 0; at < install.length; at += 1) {
    const argument = install[at] ?? '';
    if (!argument.startsWith('-')) {
      input.lines.push(argument);
      continue;
    }
    if (argument === '--pre') {
      input.args.push(argument);
      continue;
    }
    at += 1;
    const value = install[at];
    if (value === undefined) return undefined;
    if (argument === '-e' || argument === '--editable') input.lines.push(`-e ${value}`);
    else if (argument === '-r' || argument === '--requirement') input.args.push(value);
    else if (WITH_VALUE.has(argument)) input.args.push(argument, value);
    else if (argument === REFRESHED) {
      input.args.push(argument, value);
      input.refreshed.push(value);
    } else return undefined;
  }
  return input;
}

/** `refreshed`: what must be asked for anew each time, and so is not kept. */
export function readResolution(text: string, refreshed: readonly string[] = []): Resolution {
  const entries = text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const options = entries.filter((line) => /^--(?:extra-)?index-url /.test(line));
  const packages = entries
    .filter((line) => !line.startsWith('--'))
    .map((line) => ({ line, found: /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(\S+)(?: +--hash=\S+)+$/.exec(line) }));
  const pinned = packages.flatMap(({ line, found }) =>
    found ? [{ line, name: found[1] ?? '', version: found[2] ?? '' }] : [],
  );
  const kept = pinned.filter(({ name }) => !refreshed.some((one) => sameName(one, name)));
  return {
    locked: [...options, ...kept.map(({ line }) => line)].map((line) => `${line}\n`).join(''),
    pinned: pinned.map(({ name, version }) => ({ name, version })),
    others: packages.length - pinned.length,
  };
}

/** Is an environment (`name==version`, a line each) what was resolved, no package more and none less? */
export function isWhatWasResolved(freeze: string, { pinned, others }: Resolution): boolean {
  const there = freeze
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(/==| @ /, 2) as [string, string?]);
  const found = pinned.filter(({ name, version }) =>
    there.some(([other, has]) => sameName(name, other) && has !== undefined && sameVersion(version, has)),
  );
  return found.length === pinned.length && there.length === pinned.length + others;
}
