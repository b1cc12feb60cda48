import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pythonTools } from './python-tools.ts';

export interface ToolEnd {
  readonly code: number;
  readonly output: string;
}

/** Runs one of the Python tools, or a program given by its whole path, with nothing of this machine's settings: an inherited pip variable would change what is tested. */
export function runTool(
  name: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<ToolEnd> {
  const clean = {
    PATH: `${pythonTools}:/usr/local/bin:/usr/bin:/bin`,
    HOME: cwd ?? '/nonexistent',
    NO_COLOR: '1',
    ...env,
  };
  return new Promise((ended) => {
    execFile(
      resolve(pythonTools, name),
      args,
      { cwd, env: clean, encoding: 'utf8', timeout: 60_000 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        ended({ code, output: `${stdout}${stderr}` });
      },
    );
  });
}
