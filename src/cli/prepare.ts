import { openWorkingTree, type WorkingTree } from '../clients/working-tree.ts';
import { treeOf } from '../domain/byte-tree.ts';
import { type Bump, nextVersion, type PrereleaseStage } from '../domain/next-version.ts';
import { type PreparedEdit, type PreparePlan, type PrepareRequest, planPrepare } from '../domain/prepare.ts';
import { Problem } from '../domain/problem.ts';
import type { Project } from '../domain/project.ts';
import type { VersionsSoFar } from '../domain/suggestion.ts';
import { compareVersions, parseVersion } from '../domain/version.ts';
import { exactBytes } from '../domain/version-homes/exact-text.ts';
import { versionOfTag } from '../domain/version-tag.ts';
import { history } from './history.ts';
import { projectOf } from './project.ts';
import { runTowncrier } from './towncrier.ts';
import { lines } from './words.ts';

export interface PrepareOptions {
  readonly version?: string;
  readonly bump?: Bump;
  readonly prerelease?: PrereleaseStage;
  readonly project?: string;
  readonly date?: string;
}

export async function prepare(path: string, options: PrepareOptions): Promise<void> {
  const date = checkedDate(options.date ?? new Date().toISOString().slice(0, 10));
  const tree = await openWorkingTree(path);
  if (tree.conflicted.length > 0) {
    throw new Problem('merge-conflict', `a merge is not done yet: ${tree.conflicted.join(', ')}`);
  }
  const project = await projectOf(tree, options.project);
  const { versions, commits } = await history(tree, project);
  const version = wantedVersion(versions, options);
  refuseUsed(version, versions, tree, project);
  const request: PrepareRequest = { tree: treeOf(tree), project, version, date, last: versions.last, commits };
  const planned = planPrepare(request);
  if (planned.empty) {
    const where =
      planned.towncrier === null
        ? `${project.changelog} has nothing under its open section`
        : 'there is no news fragment';
    throw new Problem(
      'changelog-empty',
      `${where}, although there are ${commits.length} commits since ${versions.last?.tag ?? 'the beginning'}`,
    );
  }
  const plan = planned.towncrier === null ? planned : await runTowncrier(tree, planned, request);
  await apply(tree, [...plan.version, ...plan.changelog]);
  report(version, plan, tree);
}

function wantedVersion({ base }: VersionsSoFar, { version, bump, prerelease }: PrepareOptions): string {
  if (version !== undefined) return parseVersion(version, { v: 'tolerated' });
  if (bump === undefined) throw new Problem('bump-unclear', 'neither --version nor --bump was given');
  return nextVersion({ base: base ?? '0.0.0', bump, prerelease });
}

function refuseUsed(version: string, { last }: VersionsSoFar, tree: WorkingTree, project: Project): void {
  const used = tree.tags.find(({ name }) => versionOfTag(name, project.version.tag) === version);
  if (used !== undefined) throw new Problem('version-taken', `${version} is released: the tag ${used.name} is there`);
  if (last !== null && compareVersions(version, last.version) < 0) {
    throw new Problem('version-not-higher', `${version} is lower than the last version, ${last.version} (${last.tag})`);
  }
}

function checkedDate(date: string): string {
  const time = new Date(`${date}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date))
    return date;
  throw new Problem('date-malformed', `${JSON.stringify(date)} is no date`);
}

async function apply(tree: WorkingTree, edits: readonly PreparedEdit[]): Promise<void> {
  for (const { path, after } of edits) {
    await tree.write(path, after === null ? null : exactBytes(after, tree.read(path) ?? new Uint8Array()));
  }
}

function report(version: string, plan: PreparePlan, tree: WorkingTree): void {
  const edits = [...plan.version, ...plan.changelog];
  const changed = edits.map(({ path, after }) => `${path}${after === null ? ' (taken away)' : ''}`);
  const title = changed.length === 0 ? `No file to change for ${version}.\n` : `Prepared ${version}:\n`;
  process.stdout.write(title + changed.map((path) => `  ${path}\n`).join(''));
  if (plan.dynamic !== null)
    process.stdout.write(`The version comes from the tag (${plan.dynamic.tool}): no file holds it.\n`);
  const dirty = tree.changed.filter((path) => !path.endsWith('/'));
  const notes =
    dirty.length === 0
      ? []
      : [`${dirty.length} file(s) had changes that are not committed; the edits are on top of them`];
  process.stderr.write(lines('Note:', [...plan.remarks, ...notes]));
}
