import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pythonTools } from './python-tools.ts';

export interface ToolEnd {
  readonly code: number;
  readonly output: string;
}

/** Runs a Python program with nothing of this machine's settings: an inherited pip variable would change what is tested. */
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
  return new Promise((resolved) => {
    execFile(
      join(pythonTools, name),
      args,
      { cwd, env: clean, encoding: 'utf8', timeout: 60_000 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        resolved({ code, output: `${stdout}${stderr}` });
      },
    );
  });
}
