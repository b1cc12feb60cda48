import { readChangelog } from '../changelog/sections.ts';
import { towncrierPlan, towncrierSettings } from '../changelog/towncrier.ts';
import { compareVersions, tryFromPep440 } from '../version.ts';
import { isTable, valueAt } from '../version-homes/toml-home.ts';
import { join, type Tree } from '../version-homes/tree.ts';
import type { Finding } from './facts.ts';
import { pyprojectOf } from './requirements.ts';

const NAME =
  /^(?<kind>changelog|changes|history|news|release[-_ ]?notes|whats[-_ ]?new)(?:\.(?:md|rst|txt|markdown))?$/i;
const KINDS = ['changelog', 'changes', 'history', 'news'];

interface Changelogs {
  readonly changelog: string | null;
  readonly towncrier: boolean;
}

/** The page where the project says what changed, and whether towncrier writes it. */
export function findChangelog(
  tree: Tree,
  folder: string,
  packageName: string,
  lastVersion: string | null,
): Finding<Changelogs> {
  const news = readable(() => towncrierPlan(tree, { version: '0.0.0', date: '', folder }));
  if (news !== undefined && readable(() => towncrierSettings(tree, folder)) !== undefined) {
    const where = `[tool.towncrier], ${news.fragments.length} fragment(s) waiting`;
    return { value: { changelog: news.news, towncrier: true }, where };
  }
  const pages = [...candidates(tree, folder), ...(folder === '' ? [] : candidates(tree, ''))].map((path) => ({
    path,
    sections: readChangelog(path, tree.read(path) ?? '', packageName).sections,
  }));
  const found =
    pages.find(({ sections }) => sections.length > 0) ?? pages.find(({ path }) => isFresh(path, tree.read(path) ?? ''));
  if (found === undefined)
    return {
      value: { changelog: null, towncrier: false },
      where: reason(tree, folder),
      missing: missingNote(tree, folder),
    };
  const newest = found.sections.find(({ title }) => title.kind === 'release')?.title.version;
  const behind = newest !== undefined && lastVersion !== null && isBehind(newest, lastVersion);
  return {
    value: { changelog: found.path, towncrier: false },
    where: newest === undefined ? 'no release in it yet' : `its newest release is ${newest}`,
    missing: behind ? [`${found.path} ends at ${newest}, while ${lastVersion} is tagged: is it still kept?`] : [],
  };
}

function candidates(tree: Tree, folder: string): string[] {
  const inside = folder === '' ? '' : `${folder}/`;
  const rank = (path: string) => {
    const kind = NAME.exec(path.split('/').at(-1)!)?.groups?.kind?.toLowerCase() ?? '';
    const place = path.slice(inside.length).split('/').length;
    return place * 10 + ((KINDS.indexOf(kind) + 10) % 10);
  };
  return tree.paths
    .filter(
      (path) =>
        path.startsWith(inside) && /^(?:docs?\/(?:source\/|src\/|en\/)?)?[^/]+$/.test(path.slice(inside.length)),
    )
    .filter((path) => NAME.test(path.split('/').at(-1)!))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** A page that was begun and holds no release yet; not one that takes in another. */
function isFresh(path: string, text: string): boolean {
  return (
    /change/i.test(path.split('/').at(-1)!) &&
    text.length < 2000 &&
    !/include|\{%|::|https?:\/\/\S+releases/i.test(text)
  );
}

function isBehind(newest: string, last: string): boolean {
  const version = tryFromPep440(newest);
  return version !== undefined && compareVersions(version, last) < 0;
}

function otherTool(tree: Tree, folder: string): string | undefined {
  const pyproject = pyprojectOf(tree, folder);
  if (isTable(valueAt(pyproject, 'tool', 'scriv'))) return 'scriv';
  if (tree.paths.some((path) => path.startsWith(`${join(folder, 'releasenotes/notes')}/`))) return 'reno';
  return undefined;
}

function reason(tree: Tree, folder: string): string {
  const tool = otherTool(tree, folder);
  return tool === undefined
    ? 'none found: the notes of a release come from its commits'
    : `${tool} writes it, which is not known here`;
}

function missingNote(tree: Tree, folder: string): string[] {
  const tool = otherTool(tree, folder);
  return tool === undefined
    ? ['a changelog: the notes of a release come from its commits']
    : [`the changelog: ${tool} writes it, which is not known here; the notes of a release come from its commits`];
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
