import { Problem } from '../domain/problem.ts';
import type { Project } from '../domain/project.ts';
import { describeFault, type Fault } from './faults.ts';
import { completeProject } from './project-defaults.ts';
import { projectFindings, type Surroundings } from './project-rules.ts';
import { projectFileSchema } from './project-schema.ts';
import { faultAt, schemaFaults } from './schema-faults.ts';
import { withoutFaulty } from './without-faulty.ts';
import { readYaml } from './yaml-source.ts';

const LARGEST = 256 * 1024;

/** The project with every default filled in, or every fault that is in the file. */
export function parseProjectFile(
  text: string,
  { file, ...around }: { file: string } & Surroundings,
): { project: Project } | { faults: Fault[] } {
  if (text.length > LARGEST) {
    return { faults: [{ file, line: 1, path: '', message: 'is larger than 256 KiB', remedy: 'Make it shorter.' }] };
  }
  const source = readYaml(text, file);
  if (source.faults.length > 0) return { faults: [...source.faults] };
  const parsed = projectFileSchema.safeParse(source.value);
  const faults = parsed.success ? [] : schemaFaults(parsed.error.issues, source, file);
  const readable = parsed.success ? parsed.data : withoutFaulty(source.value, parsed.error.issues);
  if (readable) {
    const project = completeProject(readable);
    const found = projectFindings(readable, project, around).map((one) => faultAt(source, file, one));
    faults.push(...found.filter((one) => !faults.some((other) => overlap(one.path, other.path))));
    if (faults.length === 0) return { project };
  }
  return { faults: faults.toSorted((a, b) => a.line - b.line) };
}

/** The same as a `Problem`, for callers that need a project to go on. */
export function readProjectFile(text: string, options: { file: string } & Surroundings): Project {
  const read = parseProjectFile(text, options);
  if ('project' in read) return read.project;
  throw new Problem('project-invalid', `${options.file} has ${read.faults.length} fault(s)`, {
    faults: read.faults.map(describeFault),
  });
}

/** A rule that failed where a key is faulty anyway says nothing new. */
function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
