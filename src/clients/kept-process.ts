import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { baseEnvironment, type Environment, type StartedCommand, start } from './command.ts';

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
  /** How long it may finish what it does when it is ended. */
  readonly graceSeconds?: number;
  /** Started again whatever happens, after longer and longer pauses: for a service that nobody watches. */
  readonly always?: boolean;
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
const AGAIN_AFTER_AT_MOST_MS = 30_000;
/** One that ends sooner than this, and never was ready, would end again and again. */
const LIVES_AT_LEAST_MS = 3_000;
const UP_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/**
 * A process of the service on its own, as in production: nothing of our environment but what it is given, its output in a log, started
 * again when it ends by itself, and its whole tree ended with us, however we end.
 */
export async function keepProcess(plan: ProcessPlan, tell: (line: string) => void): Promise<ServiceProcess> {
  const { name, logFile } = plan;
  const ended = new AbortController();
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
    for (let pause = AGAIN_AFTER_MS; ; ) {
      const began = performance.now();
      const { exitCode } = await current.exited;
      if (ended.signal.aborted) return;
      if (!plan.always && !wasReady && performance.now() - began < LIVES_AT_LEAST_MS) {
        tell(`${name} ended (${exitCode}) as soon as it was started, and is not started again. Its log: ${logFile}`);
        return;
      }
      tell(`${name} ended (${exitCode}); it is started again. Its log: ${logFile}`);
      pause = wasReady ? AGAIN_AFTER_MS : Math.min(2 * pause, AGAIN_AFTER_AT_MOST_MS);
      await sleep(pause, undefined, { signal: ended.signal }).catch(() => {});
      if (ended.signal.aborted) return;
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
      ended.abort();
      await current.end();
      await kept;
    },
  };
}

function launch(
  { program, args = [], env, cwd, logFile, readyLine, graceSeconds = 5 }: ProcessPlan,
  onReady: () => void,
): Promise<StartedCommand> {
  const file = fileURLToPath(new URL(`../${program}`, import.meta.url));
  return start(process.execPath, [file, ...args], {
    cwd,
    env: { ...baseEnvironment(), ...env },
    logFile,
    maxOutput: 64 * 1024,
    tree: 'kill-with-us',
    graceSeconds,
    onLine: (line) => readyLine.test(line) && onReady(),
  });
}

/** When it answers; a process that ended before it was ready is told with its last words. */
export async function answering(url: string, processes: readonly ServiceProcess[]): Promise<void> {
  const failed = Promise.all(processes.map(({ ready }) => ready)).then(() => new Promise<never>(() => {}));
  await Promise.race([failed, answers(url)]);
}

async function answers(url: string): Promise<void> {
  let last = 'no answer';
  for (const until = Date.now() + UP_WITHIN_MS; Date.now() < until; await sleep(LOOK_AGAIN_MS)) {
    try {
      const answer = await fetch(url);
      if (answer.ok) return;
      last = await answer.text();
    } catch (error) {
      last = (error as Error).message;
    }
  }
  throw new Error(`${url} did not get ready within ${UP_WITHIN_MS / 1000} s: ${last}`);
}

/** What a log ends with, for whoever must find out why a process ended. */
export function lastWords(logFile: string, lines = 15): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(its log is empty)';
  }
}
