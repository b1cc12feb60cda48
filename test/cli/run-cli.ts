import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pythonTools } from '../support/python-tools.ts';

const entry = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface CliEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as it is started, in a process of its own. */
export async function slipway(
  args: readonly string[],
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CliEnd> {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: cwd ?? '/nonexistent', SLIPWAY_TOOLS: pythonTools, ...env },
  });
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: code as number, out, err };
}
