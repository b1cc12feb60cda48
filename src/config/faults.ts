import { Problem } from '../domain/problem.ts';

/** One thing that is wrong in a file or in the environment: where, what, and what to write instead. */
export interface Fault {
  readonly file: string;
  /** 1 where the file as a whole is meant; 0 for an environment variable. */
  readonly line: number;
  /** `publish.index.name`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

export function describeFault({ file, line, path, message, remedy }: Fault): string {
  return `${file}${line > 0 ? `:${line}` : ''}: ${path === '' ? '' : `${path} `}${message}. ${remedy}`;
}

export function configurationProblem(faults: readonly Fault[]): Problem {
  const files = [...new Set(faults.map((fault) => fault.file))].join(', ');
  return new Problem('configuration-invalid', `${faults.length} fault(s) in ${files}`, {
    faults: faults.map(describeFault),
  });
}
