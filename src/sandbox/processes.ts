import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { baseEnvironment, type Environment, type StartedCommand, start } from '../clients/command.ts';

export interface ProcessPlan {
  readonly name: string;
  /** Below src/. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Besides what every process gets. */
  readonly env: Environment;
  readonly cwd: string;
  readonly logFile: string;
  /** A line that it writes once it works. */
  readonly readyLine: RegExp;
}

export interface ServiceProcess {
  readonly name: string;
  readonly logFile: string;
  /** Of its process group, which is another one after each start. */
  readonly pid: number;
  /** Settles when it works for the first time; fails with its last words when it ends before. */
  readonly ready: Promise<void>;
  end(): Promise<void>;
}

const AGAIN_AFTER_MS = 500;
/** One that ends sooner than this, and never was ready, would end again and again. */
const LIVES_AT_LEAST_MS = 3_000;

/**
 * A process of the service on its own, as in production: nothing of our environment but what it is given, its output in a log, started
 * again when it ends by itself, and its whole tree ended with us, however we end.
 */
export async function keepProcess(plan: ProcessPlan, tell: (line: string) => void): Promise<ServiceProcess> {
  const { name, logFile } = plan;
  let ending = false;
  let becomeReady = () => {};
  let wasReady = false;
  const onReady = () => {
    wasReady = true;
    becomeReady();
  };
  let current = await launch(plan, onReady);
  const ready = new Promise<void>((resolve, reject) => {
    becomeReady = resolve;
    void current.exited.then(({ exitCode }) =>
      reject(new Error(`${name} ended (${exitCode}):\n${lastWords(logFile)}`)),
    );
  });
  ready.catch(() => {}); // whoever waits for it sees it

  async function keep(): Promise<void> {
    for (;;) {
      const began = performance.now();
      const { exitCode } = await current.exited;
      if (ending) return;
      if (!wasReady && performance.now() - began < LIVES_AT_LEAST_MS) {
        tell(`${name} ended (${exitCode}) as soon as it was started, and is not started again. Its log: ${logFile}`);
        return;
      }
      tell(`${name} ended (${exitCode}); it is started again. Its log: ${logFile}`);
      await sleep(AGAIN_AFTER_MS);
      if (ending) return;
      wasReady = false;
      current = await launch(plan, onReady);
    }
  }
  const kept = keep();

  return {
    name,
    logFile,
    get pid() {
      return current.pid;
    },
    ready,
    async end() {
      ending = true;
      await current.end();
      await kept;
    },
  };
}

function launch(
  { program, args = [], env, cwd, logFile, readyLine }: ProcessPlan,
  onReady: () => void,
): Promise<StartedCommand> {
  const file = fileURLToPath(new URL(`../${program}`, import.meta.url));
  return start(process.execPath, [file, ...args], {
    cwd,
    env: { ...baseEnvironment(), ...env },
    logFile,
    maxOutput: 64 * 1024,
    tree: 'kill-with-us',
    graceSeconds: 5,
    onLine: (line) => readyLine.test(line) && onReady(),
  });
}

/** What a log ends with, for whoever must find out why a process ended. */
export function lastWords(logFile: string, lines = 15): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(its log is empty)';
  }
}
