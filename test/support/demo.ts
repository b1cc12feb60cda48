import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../../src/demo.ts', import.meta.url));

export interface DemoRun {
  readonly child: ChildProcess;
  /** What it has said so far. */
  said(): string;
  readonly ended: Promise<number>;
}

/** The demo as `npm run demo` starts it, its output piped. */
export function startDemo(...args: string[]): DemoRun {
  const child = spawn(process.execPath, [DEMO, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  }
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? 137);
  return { child, said: () => output, ended };
}

/** Processes that work in a folder or were told of it. */
export function processesAt(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => isAt(pid, folder));
}

function isAt(pid: string, folder: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ||
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
    );
  } catch {
    return false; // it has just ended, or is none of ours
  }
}

/** Until it is so; the test's own time limit ends it otherwise. */
export async function untilTrue(look: () => boolean): Promise<void> {
  while (!look()) await sleep(50);
}
