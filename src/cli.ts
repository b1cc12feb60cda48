import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { knownTags } from './activities/known-tags.ts';
import { baseEnvironment, run } from './clients/command.ts';
import { createGitLocal } from './clients/git/local.ts';
import { copyFiles, openWorkingTree, type WorkingTree } from './clients/working-tree.ts';
import { readProjectFile } from './config/project-file.ts';
import { writeDetected } from './config/write-detected.ts';
import { treeOf } from './domain/byte-tree.ts';
import type { TowncrierPlan } from './domain/changelog/towncrier.ts';
import { type Detection, detectProject } from './domain/detection/detect-project.ts';
import { type Bump, nextVersion, type PrereleaseStage } from './domain/next-version.ts';
import {
  type PreparedEdit,
  type PreparePlan,
  type PrepareRequest,
  planPrepare,
  withTowncrier,
} from './domain/prepare.ts';
import { Problem, type ProblemCode } from './domain/problem.ts';
import type { Project } from './domain/project.ts';
import { type Commit, suggestNext, type VersionsSoFar, versionsSoFar } from './domain/suggestion.ts';
import { compareVersions, parseVersion } from './domain/version.ts';
import { exactBytes } from './domain/version-homes/exact-text.ts';
import { findVersionHomes } from './domain/version-homes/find-version-homes.ts';
import { versionOfTag } from './domain/version-tag.ts';

const git = createGitLocal();

const program = new Command('slipway')
  .description('Releases of Python packages: what a repository holds, which version comes next, and its edits')
  .showHelpAfterError('(add --help for what can be written)');

program
  .command('detect')
  .description('write the project file for a repository, and say what could not be found')
  .argument('<path>', 'a clone of the repository')
  .option('--print', 'print the file instead of writing it')
  .option('--out <file>', 'where to write it (default: projects/<project>.yaml)')
  .option('--force', 'write over a file that is there')
  .action(detect);

program
  .command('next')
  .description('the last version, the suggested bump and the next version, with reasons')
  .argument('<path>', 'a clone of the repository')
  .option('--json', 'as JSON: {last, bump, next, reasons}')
  .option('--project <file>', 'project file (default: detected)')
  .action(next);

program
  .command('prepare')
  .description("make a release's version and changelog edits in a working tree, and nothing else")
  .argument('<path>', 'a clone of the repository')
  .addOption(
    new Option('--version <version>', 'the version, such as 1.2.0 or 1.2.0-alpha.1').conflicts(['bump', 'prerelease']),
  )
  .addOption(new Option('--bump <bump>', 'raise the version').choices(['major', 'minor', 'patch', 'prerelease']))
  .addOption(new Option('--prerelease <stage>', 'of the bumped version').choices(['alpha', 'beta', 'rc']))
  .option('--project <file>', 'project file (default: detected)')
  .option('--date <date>', "the release's date, such as 2026-01-31 (default: today)")
  .action(prepare);

async function detect(path: string, options: { print?: boolean; out?: string; force?: boolean }): Promise<void> {
  const tree = await openWorkingTree(path);
  const detection = detected(tree);
  const yaml = writeDetected(detection);
  if (options.print) {
    process.stdout.write(yaml);
    process.stderr.write(lines('Could not be found, or is to be looked at:', detection.missing));
    return;
  }
  const file = resolve(options.out ?? join('projects', `${detection.file.project}.yaml`));
  if (existsSync(file) && !options.force && (await readFile(file, 'utf8')) !== yaml) {
    throw new Problem('project-file-there', `${shown(file)} is there already and says something else`);
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, yaml);
  process.stdout.write(`Wrote ${shown(file)}\n\n${lines('Found:', detection.found)}`);
  process.stdout.write(lines('\nCould not be found, or is to be looked at:', detection.missing));
}

async function next(path: string, options: { json?: boolean; project?: string }): Promise<void> {
  const tree = await openWorkingTree(path);
  const { versions, commits, notes } = await history(tree, await projectOf(tree, options.project));
  const { reasons, ...answer } = suggestNext(versions, commits);
  const suggestion = { ...answer, reasons: [...reasons, ...notes] };
  if (options.json) {
    process.stdout.write(`${JSON.stringify(suggestion, null, 2)}\n`);
    return;
  }
  const { last, bump } = suggestion;
  process.stdout.write(
    `last  ${last ?? 'none'}\nbump  ${bump}\nnext  ${suggestion.next ?? 'none'}\n${lines('because', suggestion.reasons)}`,
  );
}

interface PrepareOptions {
  readonly version?: string;
  readonly bump?: Bump;
  readonly prerelease?: PrereleaseStage;
  readonly project?: string;
  readonly date?: string;
}

async function prepare(path: string, options: PrepareOptions): Promise<void> {
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

function detected(tree: WorkingTree): Detection {
  return detectProject({ ...tree, tree: treeOf(tree), name: basename(tree.root), currentBranch: tree.branch });
}

async function projectOf(tree: WorkingTree, file: string | undefined): Promise<Project> {
  const text = file === undefined ? writeDetected(detected(tree)) : await textOf(file);
  return readProjectFile(text, { file: file ?? 'the detected project file', allowFileRepositories: true });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Problem('project-unknown', `the project file ${file} cannot be read`, { cause });
  }
}

async function history(
  tree: WorkingTree,
  project: Project,
): Promise<{ versions: VersionsSoFar; commits: readonly Commit[]; notes: readonly string[] }> {
  const head = await git.commit(tree.root, 'HEAD').catch((cause: unknown) => {
    throw new Problem('branch-missing', `${tree.root} has no commit yet`, { cause });
  });
  const homes = findVersionHomes(treeOf(tree), {
    package: project.package,
    files: project.version.dynamic ? [] : project.version.files,
  });
  const names = tree.tags.map(({ name }) => name);
  const versions = versionsSoFar({
    tags: await knownTags(git, { folder: tree.root, commit: head.sha, names, form: project.version.tag }),
    fileVersion: homes.version,
    tagForm: project.version.tag,
  });
  const since = versions.last === null ? null : `refs/tags/${versions.last.tag}`;
  const commits = await git.log(tree.root, since, head.sha);
  const shallow = tree.isShallow
    ? ['the clone is shallow: commits and tags may be missing (git fetch --unshallow --tags)']
    : [];
  return { versions, commits, notes: [...(homes.problem === null ? [] : [homes.problem.message]), ...shallow] };
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

/** towncrier works in place and takes fragments out of git's index too: it is given a copy, and only its files come back. */
async function runTowncrier(tree: WorkingTree, plan: PreparePlan, request: PrepareRequest): Promise<PreparePlan> {
  const { folder, news, fragments, arguments: args } = plan.towncrier as TowncrierPlan;
  const copy = await mkdtemp(join(tmpdir(), 'slipway-towncrier-'));
  try {
    await copyFiles(tree, tree.paths, copy);
    const tool = process.env.SLIPWAY_TOOLS === undefined ? 'towncrier' : join(process.env.SLIPWAY_TOOLS, 'towncrier');
    const end = await run(tool, args, { cwd: join(copy, folder), env: baseEnvironment(), timeoutSeconds: 120 });
    if (end.exitCode !== 0) {
      throw new Problem(
        'command-failed',
        `towncrier ${args.join(' ')}: ${(end.stderr.trim() || end.stdout.trim()).slice(-1500)}`,
      );
    }
    const texts = treeOf({ paths: [], read: (path) => tree.read(path) });
    const after = await readFile(join(copy, news), 'utf8').catch(() => null);
    const gone = fragments.filter((path) => !existsSync(join(copy, path)));
    return withTowncrier(plan, request, [
      { path: news, before: texts.read(news) ?? null, after },
      ...gone.map((path): PreparedEdit => ({ path, before: texts.read(path) ?? null, after: null })),
    ]);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
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

function lines(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : `${title}\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
}

/** A file as a person would type it from here. */
function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

/** A run is told to retry or to skip; at the keyboard there is neither. */
const REMEDIES: Readonly<Partial<Record<ProblemCode, string>>> = {
  'changelog-empty': 'Write what changed, then prepare again. Nothing was touched.',
  'changelog-unreadable': 'Correct the changelog, or name it in a project file (--project FILE).',
  'version-home-missing': 'Name the files that hold the version in a project file: version.files (--project FILE).',
  'bump-unclear': 'Add --version X, or --bump major, minor, patch or prerelease, with or without --prerelease STAGE.',
  'merge-conflict': 'Finish the merge, then try again.',
  'command-failed': 'Read what it said, correct the cause, then try again.',
};

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  const faults = (error.facts.faults ?? []).filter((fault) => !error.message.includes(fault));
  process.stderr.write(`${error.message}\n${faults.map((fault) => `  - ${fault}\n`).join('')}`);
  process.stderr.write(`${REMEDIES[error.code] ?? error.remedy}\n`);
  process.exitCode = 1;
}
