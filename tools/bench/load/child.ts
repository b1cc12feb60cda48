import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Environment, start } from '../../../src/clients/command.ts';

const UP_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 50;

export interface Child {
  /** Settles when it has written such a line. */
  says(line: RegExp): Promise<void>;
  answers(url: string): Promise<void>;
  /** The most memory that it ever had, in MiB. */
  peakMiB(): number;
  end(): Promise<void>;
}

/** A process of Node on its own, which ends with us. */
export async function startChild(
  file: URL,
  args: readonly string[],
  env: Environment,
  logFile: string,
): Promise<Child> {
  const lines: string[] = [];
  const started = await start(process.execPath, [fileURLToPath(file), ...args], {
    cwd: process.cwd(),
    env,
    logFile,
    maxOutput: 64 * 1024,
    onLine: (line) => void lines.push(line),
  });
  let ended: string | undefined;
  void started.exited.then(({ exitCode }) => {
    ended = `it exited with ${exitCode}: ${lines.slice(-5).join('\n')}; its log: ${logFile}`;
  });

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + UP_WITHIN_MS; Date.now() < end && ended === undefined; await sleep(LOOK_AGAIN_MS)) {
      if (await holds()) return;
    }
    throw new Error(`${what}: ${ended ?? `not within ${UP_WITHIN_MS / 1000} s`}`);
  }

  return {
    says: (line) => until(`no line ${line}`, () => lines.some((one) => line.test(one))),
    answers: (url) =>
      until(url, () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    peakMiB: () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${nodeOf(started.pid)}/status`, 'utf8'))?.[1]) / 1024,
    end: async () => void (await started.end()),
  };
}

/** Below the supervisor, which is a shell. */
function nodeOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((one) => one !== '');
  const found = children.map(Number).find((one) => /^\S*node\0/.test(readFileSync(`/proc/${one}/cmdline`, 'utf8')));
  if (found === undefined) throw new Error(`no node below ${pid}`);
  return found;
}
