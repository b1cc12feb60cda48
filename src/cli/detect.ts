import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openWorkingTree } from '../clients/working-tree.ts';
import { writeDetected } from '../config/write-detected.ts';
import { Problem } from '../domain/problem.ts';
import { detected } from './project.ts';
import { lines, shown } from './words.ts';

export async function detect(path: string, options: { print?: boolean; out?: string; force?: boolean }): Promise<void> {
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
