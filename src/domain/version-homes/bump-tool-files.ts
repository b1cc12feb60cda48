import type { VersionHome } from './home.ts';
import { iniValues } from './ini-values.ts';
import { occurrences } from './occurrences.ts';
import { isTable, readToml, textAt, valueAt } from './toml-home.ts';
import { join, lineOf, type Tree } from './tree.ts';

/** A file that the settings of a bump tool name, and what they look for in it. */
interface Target {
  readonly path: string;
  /** Text around the version, which stands as `{version}` in it. */
  readonly search: string;
  /** Only lines that match count (commitizen). */
  readonly lines?: RegExp;
}

/** Where a bump tool that the project uses would write the version as well: what its settings name is a home, wherever it is. */
export function bumpToolFileHomes(tree: Tree, folder: string, version: string): VersionHome[] {
  const targets = [
    ...bumpversionIni(tree, folder),
    ...bumpversionToml(tree, folder),
    ...commitizen(tree, folder),
    ...tbump(tree, folder),
  ];
  return targets
    .filter(({ path, search }) => search.includes('{version}') && !/change|history|news/i.test(path))
    .flatMap((target) => homesIn(tree, { ...target, path: join(folder, target.path) }, version));
}

function homesIn(tree: Tree, { path, search, lines }: Target, version: string): VersionHome[] {
  const text = tree.read(path) ?? '';
  const [before = '', after = ''] = search.split('{version}');
  // Words around the version say where it ends; without them it must stand alone, a leading v apart.
  const starts =
    before + after === ''
      ? [...occurrences(text, version), ...occurrences(text, `v${version}`)].map(
          ({ span }) => span.end - version.length,
        )
      : everyStart(text, before + version + after).map((start) => start + before.length);
  return starts
    .filter((start) => lines?.test(lineAt(text, start)) ?? true)
    .map((start) => {
      const where = `line ${lineOf(text, start)}`;
      const span = { start, end: start + version.length };
      return { path, kind: 'bump-tool', where, version, span, form: 'whole', notation: 'pep440' };
    });
}

function everyStart(text: string, wanted: string): number[] {
  const first = text.indexOf(wanted);
  if (first < 0) return [];
  const rest = first + wanted.length;
  return [first, ...everyStart(text.slice(rest), wanted).map((start) => start + rest)];
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? undefined : end);
}

/** bumpversion and its heirs: `search` says what to look for, by default the version alone. */
function inSearch(search: string | undefined): string {
  return (search ?? '{current_version}').replace('{current_version}', '{version}');
}

function bumpversionIni(tree: Tree, folder: string): Target[] {
  return ['.bumpversion.cfg', 'setup.cfg'].flatMap((name) => {
    const text = tree.read(join(folder, name)) ?? '';
    const values = iniValues(text);
    const sections = [...text.matchAll(/^\[(?<section>bumpversion:file[^:\]]*:(?<path>[^\]\r\n]+))\]/gm)];
    return sections.map(({ groups }) => {
      const search = values.find(({ section, key }) => section === groups!.section && key === 'search')?.value;
      return { path: groups!.path!.trim(), search: inSearch(search) };
    });
  });
}

function bumpversionToml(tree: Tree, folder: string): Target[] {
  return ['pyproject.toml', '.bumpversion.toml'].flatMap((name) => {
    const settings = valueAt(readToml(tree, join(folder, name)), 'tool', 'bumpversion');
    const files = valueAt(settings, 'files');
    if (!Array.isArray(files)) return [];
    return files.filter(isTable).flatMap((file) => {
      const path = textAt(file, 'filename');
      return path === undefined
        ? []
        : [{ path, search: inSearch(textAt(file, 'search') ?? textAt(settings, 'search')) }];
    });
  });
}

/** `path` or `path:pattern of the line`. */
function commitizen(tree: Tree, folder: string): Target[] {
  return ['pyproject.toml', '.cz.toml', 'cz.toml'].flatMap((name) => {
    const files = valueAt(readToml(tree, join(folder, name)), 'tool', 'commitizen', 'version_files');
    if (!Array.isArray(files)) return [];
    return files.flatMap((entry) => {
      const { path, pattern } = /^(?<path>[^:]+)(?::(?<pattern>.+))?$/.exec(String(entry))?.groups ?? {};
      if (path === undefined) return [];
      const lines = pattern === undefined ? undefined : lineFilter(pattern);
      return [{ path, search: '{version}', ...(lines === undefined ? {} : { lines }) }];
    });
  });
}

/** A pattern that Python understands and we don't is taken as plain text. */
function lineFilter(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    return new RegExp(pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  }
}

function tbump(tree: Tree, folder: string): Target[] {
  return [
    valueAt(readToml(tree, join(folder, 'tbump.toml')), 'file'),
    valueAt(readToml(tree, join(folder, 'pyproject.toml')), 'tool', 'tbump', 'file'),
  ].flatMap((files) => {
    if (!Array.isArray(files)) return [];
    return files.filter(isTable).flatMap((file) => {
      const path = textAt(file, 'src');
      return path === undefined ? [] : [{ path, search: inSearch(textAt(file, 'search')) }];
    });
  });
}
