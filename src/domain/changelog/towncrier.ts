import { toPep440 } from '../version.ts';
import { isTable, readToml, type TomlTable, textAt, valueAt } from '../version-homes/toml-home.ts';
import { folderOf, join, type Tree } from '../version-homes/tree.ts';
import { literally } from './pattern.ts';

/** What towncrier will do with a project's fragments: the news file it writes, the fragments it takes away, and how it is called. */
export interface TowncrierPlan {
  /** Where the settings are: towncrier runs there. '' at the top. */
  readonly folder: string;
  readonly news: string;
  readonly fragments: readonly string[];
  /** Arguments after `towncrier`. */
  readonly arguments: readonly string[];
}

const DEFAULT_TYPES = ['feature', 'bugfix', 'doc', 'removal', 'misc'];
const NO_FRAGMENTS = /^(?:\..*|readme(?:\..*)?|template.*|_.*|.*\.(?:jinja2?|j2|cfg|ini|toml|py))$/i;

/** undefined where the project has no towncrier. */
export function towncrierPlan(
  tree: Tree,
  { version, date, folder = '' }: { version: string; date: string; folder?: string },
): TowncrierPlan | undefined {
  const settings = towncrierSettings(tree, folder);
  if (settings === undefined) return undefined;
  const pep440 = toPep440(version);
  const file = textAt(settings, 'filename') ?? 'NEWS.rst';
  const single = valueAt(settings, 'single_file') !== false;
  return {
    folder,
    news: join(folder, single ? file : file.replaceAll('{version}', pep440)),
    fragments: fragmentsOf(tree, settings, folder),
    arguments: ['build', '--yes', '--version', pep440, '--date', date],
  };
}

export function towncrierSettings(tree: Tree, folder = ''): TomlTable | undefined {
  for (const path of ['towncrier.toml', 'pyproject.toml']) {
    const settings = valueAt(readToml(tree, join(folder, path)), 'tool', 'towncrier');
    if (isTable(settings)) return settings;
  }
  return undefined;
}

/** What towncrier takes for news: `123.feature.rst`, `+words.bugfix`, in the folder of each section. */
function fragmentsOf(tree: Tree, settings: TomlTable, folder: string): string[] {
  const types = typesOf(settings).map(literally).join('|');
  const name = new RegExp(`^[^/]+\\.(?:${types})(?:\\.\\d+)?(?:\\.\\w+)?$`);
  const ignored = valueAt(settings, 'ignore');
  const left = new Set((Array.isArray(ignored) ? ignored : []).map((entry) => String(entry).toLowerCase()));
  const folders = fragmentFolders(settings).map((path) => join(folder, path));
  return tree.paths.filter((path) => {
    const file = !folders.includes(folderOf(path)) ? '' : path.slice(folderOf(path).length + 1);
    return name.test(file) && !NO_FRAGMENTS.test(file) && !left.has(file.toLowerCase());
  });
}

/** Below a package's folder each section has its own newsfragments; a named directory holds those of all. */
function fragmentFolders(settings: TomlTable): string[] {
  const named = textAt(settings, 'directory');
  const packageName = textAt(settings, 'package');
  const sections = sectionPaths(settings);
  if (named !== undefined) return sections.map((path) => join(named, path));
  const base =
    packageName === undefined ? '' : `${textAt(settings, 'package_dir') ?? '.'}/${packageName.replaceAll('.', '/')}`;
  return sections.map((path) => join(base, `${path}/newsfragments`));
}

function typesOf(settings: TomlTable): string[] {
  const listed = valueAt(settings, 'type');
  const keyed = valueAt(settings, 'fragment');
  if (Array.isArray(listed)) {
    return listed.map((type) => textAt(type, 'directory') ?? (textAt(type, 'name') ?? '').toLowerCase());
  }
  return isTable(keyed) ? Object.keys(keyed) : DEFAULT_TYPES;
}

function sectionPaths(settings: TomlTable): string[] {
  const sections = valueAt(settings, 'section');
  const paths = Array.isArray(sections) ? sections.map((section) => textAt(section, 'path') ?? '') : [];
  return paths.length > 0 ? paths : [''];
}
