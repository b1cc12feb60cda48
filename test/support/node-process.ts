import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseEnvironment } from '../../src/clients/command.ts';
import { root } from './imports.ts';
import { pythonTools } from './python-tools.ts';

export interface NodePlan {
  readonly state: string;
  readonly port: number;
  readonly workflowBundle: string;
  readonly logFile: string;
}

/** `npm start` as it is after set-up: a node of one machine, all of whose processes a test may end at once. */
export class NodeProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
  /** Its address, once it works; fails when it ends before. */
  readonly up: Promise<string>;
  #said = '';

  constructor({ state, port, workflowBundle, logFile }: NodePlan) {
    this.#child = spawn(process.execPath, [join(root, 'src/server.ts')], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...baseEnvironment(),
        SLIPWAY_STATE: state,
        SLIPWAY_PORT: String(port),
        SLIPWAY_TOOLS: pythonTools,
        SLIPWAY_WORKFLOW_BUNDLE: workflowBundle,
        SLIPWAY_STICKY: '1',
        TEMPORAL_CLI: process.env.TEMPORAL_CLI ?? 'temporal',
      },
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
      appendFileSync(logFile, text);
    });
    this.ended = once(this.#child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    const first = once(this.#child.stdout!, 'data').then(([text]) => String(text).trim());
    const failed = this.ended.then(([code]) => Promise.reject(new Error(`the node ended (${code}):\n${this.#said}`)));
    this.up = Promise.race([first, failed]);
    for (const one of [this.up, failed]) one.catch(() => {});
  }

  /** What it wrote for people. */
  get said(): string {
    return this.#said;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As when the power goes: every process of it at once, and none gets to say goodbye. Answers how many there were. */
  async cutPower(): Promise<number> {
    const all = [this.pid, ...descendants(this.pid)];
    for (const pid of all) kill(pid);
    await this.ended;
    for (let left = all.filter(lives); left.length > 0; left = left.filter(lives)) await new Promise(setImmediate);
    return all.length;
  }
}

export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  for (const line of lines) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found = [...(children.get(pid) ?? [])];
  for (const one of found) found.push(...(children.get(one) ?? []));
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** One that is dead and not yet buried by its parent does nothing any more. */
function lives(pid: number): boolean {
  try {
    return !/^Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return false;
  }
}
