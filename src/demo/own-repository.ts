import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { createGitLocal } from '../clients/git/local.ts';
import { openWorkingTree, type WorkingTree } from '../clients/working-tree.ts';
import { ownerAndName } from '../config/address.ts';
import { readProjectFile } from '../config/project-file.ts';
import { writeDetected } from '../config/write-detected.ts';
import { treeOf } from '../domain/byte-tree.ts';
import { detectProject } from '../domain/detection/detect-project.ts';
import { Problem } from '../domain/problem.ts';
import type { ProjectDocument } from '../sandbox/project-file.ts';
import type { Seeding } from '../sandbox/sandbox.ts';
import { stageRepository } from './stage-repository.ts';

type Document = ProjectDocument & {
  readonly branches?: { readonly main?: string; readonly develop?: string | null };
  readonly pullRequest?: { readonly approvals?: number | null };
};

/** A project that the sandbox did not bring along, made ready to be released there. */
export interface OwnProject {
  readonly path: string;
  readonly document: ProjectDocument;
  /** Its address on the sandbox's GitHub. */
  readonly repository: string;
  /** What was found, what was not, and what is not as it is outside. */
  readonly found: readonly string[];
  readonly missing: readonly string[];
  readonly notes: readonly string[];
  readonly reviewed: boolean;
}

/** Nobody could ever answer these here: pull requests of the past and CI did not come along. */
export const NOT_HERE = {
  reviewed: "the past's pull requests are not in the sandbox",
  checks: 'no CI runs in the sandbox',
};

/** Takes the commits of a clone to the sandbox's GitHub, without touching it; its project file is given or detected. */
export async function bringOwnProject(
  { github, scratch: room }: Seeding,
  { path, file }: { path: string; file: string | undefined },
): Promise<OwnProject> {
  const clone = await openClone(path);
  const scratch = join(room, 'import');
  rmSync(scratch, { recursive: true, force: true });
  try {
    const staged = await stageRepository(clone, scratch);
    const checkout = join(scratch, 'checkout');
    await createGitLocal().checkout(staged.folder, staged.commit, checkout, { withGit: true });
    const committed = await openWorkingTree(checkout);
    const detection = detectProject({
      ...clone,
      tree: treeOf(committed),
      name: basename(clone.root),
      tags: staged.tags,
      branches: staged.branches,
      currentBranch: staged.branch,
    });
    const document =
      file === undefined
        ? documentIn(writeDetected(detection), 'the detected project file')
        : documentIn(textOf(file), file);
    const address = file === undefined ? detection.file.repository : document.repository;
    const place = ownerAndName(address ?? '') ?? { owner: 'local', name: basename(clone.root) };
    const name = { owner: nameable(place.owner), name: nameable(place.name) };
    const { main = 'main', develop } = document.branches ?? {};
    await staged.ensureBranch(main);
    if (develop) await staged.ensureBranch(develop);
    const earlier = isThere(github, name);
    const { cloneUrl } = await github.createRepository({
      ...name,
      from: staged.folder,
      defaultBranch: main,
    });
    return {
      path,
      document,
      reviewed: (document.pullRequest?.approvals ?? 0) > 0,
      repository: cloneUrl,
      found: file === undefined ? detection.found : [`the project file ${file}`],
      missing: file === undefined ? detection.missing : [],
      notes: [
        ...notesOn(clone, develop ?? main),
        ...(earlier ? [`${name.owner}/${name.name} is in this sandbox already, and goes on as it is there`] : []),
      ],
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function openClone(path: string): Promise<WorkingTree> {
  const clone = await openWorkingTree(path);
  if (realpathSync(path) !== realpathSync(clone.root)) {
    throw new Problem(
      'repository-missing',
      `${path} lies inside the repository ${clone.root}; name that, or a clone of its own`,
    );
  }
  if (clone.isShallow) {
    throw new Problem(
      'repository-missing',
      `${path} is a shallow clone, without its history: git -C ${path} fetch --unshallow --tags`,
    );
  }
  return clone;
}

function isThere(github: Seeding['github'], { owner, name }: { owner: string; name: string }): boolean {
  try {
    return github.repositoryPath(owner, name) !== '';
  } catch {
    return false;
  }
}

function notesOn({ branch, changed }: WorkingTree, base: string): string[] {
  const shown = changed.slice(0, 3).join(', ') + (changed.length > 3 ? ', …' : '');
  return [
    ...(changed.length === 0
      ? []
      : [`${changed.length} file(s) differ from the last commit (${shown}): only commits are taken`]),
    ...(branch === null ? ['no branch is checked out: the commit that is takes the place of the main branch'] : []),
    ...(branch === null || branch === base ? [] : [`${branch} is checked out, and releases start from ${base}`]),
  ];
}

/** All faults at once, with their lines, before anything is changed for the sandbox. */
function documentIn(text: string, file: string): Document {
  readProjectFile(text, { file, allowFileRepositories: true });
  return parse(text) as ProjectDocument;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Problem('project-unknown', `the project file ${file} cannot be read`, { cause });
  }
}

function nameable(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[._-]+|\.git$/g, '') || 'local';
}
