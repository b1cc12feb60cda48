import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { WorkingTree } from '../clients/working-tree.ts';
import { readProjectFile } from '../config/project-file.ts';
import { writeDetected } from '../config/write-detected.ts';
import { treeOf } from '../domain/byte-tree.ts';
import { type Detection, detectProject } from '../domain/detection/detect-project.ts';
import { Problem } from '../domain/problem.ts';
import type { Project } from '../domain/project.ts';

export function detected(tree: WorkingTree): Detection {
  return detectProject({ ...tree, tree: treeOf(tree), name: basename(tree.root), currentBranch: tree.branch });
}

/** From its file, or as it is detected. */
export async function projectOf(tree: WorkingTree, file: string | undefined): Promise<Project> {
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
