import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProblemCode } from '../../domain/problem.ts';
import { Problem } from '../../domain/problem.ts';
import { baseEnvironment, run } from '../command.ts';

export interface Question {
  /** Folder of the pinned Python tools' programs. */
  readonly tools: string;
  /** A Python file beside this one; prints its answer as JSON. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** What a failure of the script is called. */
  readonly otherwise: ProblemCode;
}

/** What twine and pip know, asked of them in the tools environment. */
export async function askTools({ tools, script, args = [], signal, otherwise }: Question): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const python = join(tools, 'python');
  const options = { cwd: tools, env: baseEnvironment(), timeoutSeconds: 60, maxOutput: 16 * 1024 * 1024, signal };
  const { exitCode, stdout, stderr, timedOut } = await run(python, ['-I', path, ...args], options);
  signal?.throwIfAborted();
  if (timedOut) throw new Problem('worker-unfit', `${script} of the Python tools did not answer within 60 s`);
  if (exitCode === 0) return JSON.parse(stdout);
  throw new Problem(otherwise, stderr.trim().slice(-1000));
}
