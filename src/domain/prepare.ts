import { closeChangelog } from './changelog/close-changelog.ts';
import { type EntryGroup, entriesAsMarkdown } from './changelog/entries.ts';
import { changelogFromCommits } from './changelog/from-commits.ts';
import { breakingChanges, namesBreaking, releaseNotes } from './changelog/release-notes.ts';
import { type TowncrierPlan, towncrierPlan } from './changelog/towncrier.ts';
import { fragmentsAsMarkdown, newsSection } from './changelog/towncrier-news.ts';
import { Problem } from './problem.ts';
import type { Project } from './project.ts';
import type { Commit } from './suggestion.ts';
import { isPrerelease, parseVersion, tryFromPep440 } from './version.ts';
import { editDocsVersions } from './version-homes/docs-versions.ts';
import { editVersionHomes } from './version-homes/edit-version-homes.ts';
import { findVersionHomes } from './version-homes/find-version-homes.ts';
import type { DynamicVersion } from './version-homes/home.ts';
import { packageFolder } from './version-homes/package-folder.ts';
import type { Tree } from './version-homes/tree.ts';
import { tagOf } from './version-tag.ts';

export interface PrepareRequest {
  /** The files as they are at the commit (or on disk): edits are on top of these. */
  readonly tree: Tree;
  readonly project: Pick<Project, 'package' | 'repository' | 'version' | 'changelog' | 'towncrier'>;
  readonly version: string;
  /** ISO, of the changelog's section. */
  readonly date: string;
  readonly last: { readonly version: string; readonly tag: string } | null;
  /** Since `last`. */
  readonly commits: readonly Commit[];
  /** Further versions that the docs may name as the current one, such as the pre-release before this. */
  readonly previous?: readonly string[];
  /** The version's entries, in the place of what waits under Unreleased and of the commits: a roll-forward has its own. */
  readonly entries?: readonly EntryGroup[];
}

/** null: the file is not there. Texts as `exactText` reads them. */
export interface PreparedEdit {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface PreparePlan {
  /** The version's homes and the docs. */
  readonly version: readonly PreparedEdit[];
  readonly changelog: readonly PreparedEdit[];
  /** The changelog is made by towncrier: unless it is `empty`, run it on top of `version`, then `withTowncrier`. */
  readonly towncrier: TowncrierPlan | null;
  /** The version's entries as Markdown. */
  readonly section: string;
  /** Body of the GitHub release and of the pull request. */
  readonly notes: string;
  /** Nobody wrote what changed although there are commits: the edits take the entries from these. */
  readonly empty: boolean;
  readonly breaking: boolean;
  /** Set where the version comes from the tag: no file holds it. */
  readonly dynamic: DynamicVersion | null;
  /** What was seen and left alone, and why. */
  readonly remarks: readonly string[];
}

/** Everything that a release edits, by one function for the workflow and the command line. Nothing is written here. */
export function planPrepare(request: PrepareRequest): PreparePlan {
  const { tree, project } = request;
  parseVersion(request.version);
  const homes = findVersionHomes(tree, { package: project.package, files: homesWanted(project) });
  const own = editVersionHomes(tree, homes, request.version);
  const inFile = homes.version === null ? undefined : tryFromPep440(homes.version);
  const previous = [request.last?.version, inFile, ...(request.previous ?? [])].filter((old) => old !== undefined);
  const docs = editDocsVersions(overlaid(tree, own), {
    globs: project.version.docs,
    previous: [...new Set(previous)],
    version: request.version,
    ownNames: [
      project.package,
      project.repository
        .replace(/\.git$/, '')
        .split(/[/:]/)
        .slice(-2)
        .join('/'),
    ],
  });
  return {
    version: merged(own, docs),
    ...changelogOf(request),
    dynamic: homes.dynamic,
    remarks: homes.notes,
  };
}

type ChangelogPart = Omit<PreparePlan, 'version' | 'dynamic' | 'remarks'>;

function changelogOf(request: PrepareRequest): ChangelogPart {
  const { tree, project, version, date } = request;
  if (request.entries !== undefined) return ownEntries(request, request.entries);
  const folder = packageFolder(tree, project.package) ?? '';
  const news = project.towncrier ? towncrierPlan(tree, { version, date, folder }) : undefined;
  if (news !== undefined) return newsOf(request, news);
  if (project.changelog !== null) return closed(request, project.changelog);
  return { changelog: [], towncrier: null, ...said(request, fromCommits(request)), empty: false };
}

/** A section of its own below Unreleased, which stays; towncrier's fragments stay as well. */
function ownEntries(request: PrepareRequest, entries: readonly EntryGroup[]): ChangelogPart {
  const { tree, project, version, date } = request;
  const folder = packageFolder(tree, project.package) ?? '';
  const page = project.changelog ?? (project.towncrier ? towncrierPlan(tree, { version, date, folder })?.news : null);
  if (!page || tree.read(page) === undefined)
    return { changelog: [], towncrier: null, ...said(request, entriesAsMarkdown(entries)), empty: false };
  return { ...closed(request, page, { entries, keepUnreleased: true }), empty: false };
}

/** towncrier writes what the fragments say; without one its page is closed like any other, unless the version is there already. */
function newsOf(request: PrepareRequest, news: TowncrierPlan): ChangelogPart {
  const { tree, version } = request;
  const written = news.fragments.length > 0;
  if (isPrerelease(version) || written) {
    const section = written ? fragmentsAsMarkdown(tree, news.fragments) : fromCommits(request);
    const towncrier = isPrerelease(version) ? null : news;
    return { changelog: [], towncrier, ...said(request, section), empty: false };
  }
  if (tree.read(news.news) === undefined) {
    const empty = fromCommits(request) !== '';
    return { changelog: [], towncrier: empty ? news : null, ...said(request, fromCommits(request)), empty };
  }
  const page = closed(request, news.news);
  const empty = page.changelog.length > 0;
  return { ...page, empty, towncrier: empty ? news : null };
}

function closed(
  request: PrepareRequest,
  path: string,
  own: { entries?: readonly EntryGroup[]; keepUnreleased?: boolean } = {},
): ChangelogPart {
  const { tree, project, version, date, commits, last } = request;
  const before = tree.read(path);
  if (before === undefined) throw new Problem('changelog-unreadable', `the changelog ${path} is not there`);
  const { text, section, empty } = closeChangelog({
    path,
    text: before,
    version,
    date,
    package: project.package,
    tag: tagOf(version, project.version.tag),
    previousTag: last?.tag,
    entries: changelogFromCommits(commits),
    ...own,
  });
  const changelog = text === before ? [] : [{ path, before, after: text }];
  return { changelog, towncrier: null, ...said(request, section), empty };
}

/** The notes of a version whose commit is made: its section where the changelog has one, else from the commits. */
export function notesOf(request: PrepareRequest): Pick<PreparePlan, 'section' | 'notes' | 'breaking'> {
  try {
    const { section, notes, breaking } = changelogOf(request);
    return { section, notes, breaking };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'changelog-unreadable') throw error;
    return said(request, fromCommits(request));
  }
}

function fromCommits({ commits }: PrepareRequest): string {
  return entriesAsMarkdown(changelogFromCommits(commits));
}

/** The plan once towncrier ran: `made` is what it changed. */
export function withTowncrier(plan: PreparePlan, request: PrepareRequest, made: readonly PreparedEdit[]): PreparePlan {
  const news = made.find(({ path }) => path === plan.towncrier?.news);
  if (news?.after == null) {
    throw new Problem('changelog-unreadable', `towncrier left ${plan.towncrier?.news ?? 'its news file'} as it was`);
  }
  const section = newsSection({
    ...news,
    after: news.after,
    package: request.project.package,
    version: request.version,
  });
  return { ...plan, changelog: made, ...said(request, section === '' ? plan.section : section) };
}

function said({ project, version, last, commits }: PrepareRequest, section: string) {
  const breaking = breakingChanges(commits);
  const onGitHub = /^https:\/\/github\.com\/[^/]+\/[^/]+?(?=\.git$|\/?$)/.exec(project.repository)?.[0];
  const compare =
    onGitHub === undefined || last === null
      ? undefined
      : { base: onGitHub, from: last.tag, to: tagOf(version, project.version.tag) };
  const notes = releaseNotes({ section, breaking, compare });
  return { section, notes, breaking: breaking.length > 0 || namesBreaking(section) };
}

function homesWanted({ version }: PrepareRequest['project']): readonly string[] | null {
  return version.dynamic ? [] : version.files;
}

function overlaid(tree: Tree, edits: readonly PreparedEdit[]): Tree {
  const after = new Map(edits.map((edit) => [edit.path, edit.after ?? undefined]));
  return { paths: tree.paths, read: (path) => (after.has(path) ? after.get(path) : tree.read(path)) };
}

/** Two edits of one file, the second on top of the first. */
function merged(first: readonly PreparedEdit[], second: readonly PreparedEdit[]): PreparedEdit[] {
  const later = new Map(second.map((edit) => [edit.path, edit]));
  const both = first.map((edit) => ({ ...edit, after: (later.get(edit.path) ?? edit).after }));
  return [...both, ...second.filter(({ path }) => !first.some((edit) => edit.path === path))];
}
