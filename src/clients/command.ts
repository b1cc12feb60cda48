import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { Problem } from '../domain/problem.ts';
import { Output } from './command-output.ts';
import type { Environment } from './environment.ts';
import { findProgram } from './find-program.ts';
import { observedCommand } from './observed.ts';

export { baseEnvironment, type Environment } from './environment.ts';
export { findProgram } from './find-program.ts';

export interface CommandOptions {
  readonly cwd: string;
  /** Complete: nothing of our own environment is added. */
  readonly env: Environment;
  readonly input?: string | Uint8Array;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Bytes kept of stdout and of stderr, the last ones. */
  readonly maxOutput?: number;
  /** Both streams as they come, scrubbed. */
  readonly logFile?: string;
  /** Replaced by *** in the output, the lines and the log, in whatever form they appear. */
  readonly secrets?: readonly string[];
  /** Every child's process group ends with it and with us; `kill-with-us` (Linux) ends what left its group as well. */
  readonly tree?: 'group' | 'kill-with-us';
  readonly graceSeconds?: number;
  /** Lines of both streams, scrubbed. */
  readonly onLine?: (line: string) => void;
}

export interface CommandEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as bytes. */
  readonly bytes: Buffer;
  /** More was written than `maxOutput`. */
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  readonly seconds: number;
}

export interface StartedCommand {
  /** Of the process group. */
  readonly pid: number;
  readonly exited: Promise<CommandEnd>;
  end(): Promise<CommandEnd>;
}

/** Runs a program to its end. A non-zero exit, a time-out and a cancellation are results; a program that isn't there is a problem. */
export async function run(program: string, args: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  return (await start(program, args, options)).exited;
}

/** Starts a program that stays. */
export async function start(
  program: string,
  args: readonly string[],
  options: Omit<CommandOptions, 'timeoutSeconds'> & { readonly timeoutSeconds?: number },
): Promise<StartedCommand> {
  const path = await findProgram(program, options.env.PATH ?? '');
  if (path === undefined) throw new Problem('tool-missing', `${program} is not installed, or not on the PATH`);
  const command = [...(options.tree === 'kill-with-us' ? await namespacePrefix() : []), path, ...args];
  const observed = observedCommand(program, args, options.secrets);
  const started = await supervise(command, options);
  void started.exited.then(observed.ended, () => {}); // a failure is seen by whoever awaits it
  return started;
}

/**
 * Descriptor 3 is a pipe from us. It closes with our process, however that ends; then the watcher kills the group.
 * The umask is fixed because file modes end up in what is built.
 */
const SUPERVISOR = `umask 022
trap : TERM INT HUP
(read -r _ <&3; kill -KILL -$$) >/dev/null 2>&1 &
"$@" 3<&-
exit $?`;

/** First process of a PID namespace: as such it ignores signals without a trap, so the command must not be it. */
const FIRST_PROCESS = `trap : TERM INT HUP
"$@"
exit $?`;

let prefix: Promise<readonly string[]> | undefined;

/** What puts a command into a PID namespace, which ends with its first process; nothing where namespaces can't be had. */
function namespacePrefix(): Promise<readonly string[]> {
  prefix ??= probeNamespaces();
  return prefix;
}

async function probeNamespaces(): Promise<readonly string[]> {
  const env = { PATH: process.env.PATH ?? '' };
  const unshare = process.platform === 'linux' ? await findProgram('unshare', env.PATH) : undefined;
  if (unshare === undefined) return [];
  for (const user of [[], ['--user', '--map-current-user']]) {
    const flags = [unshare, ...user, '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
    const probe = await supervise([...flags, '/bin/true'], { cwd: '/', env, timeoutSeconds: 10 });
    if ((await probe.exited).exitCode === 0) return [...flags, '/bin/sh', '-c', FIRST_PROCESS, 'slipway'];
  }
  return [];
}

async function supervise(
  command: readonly string[],
  options: Omit<CommandOptions, 'timeoutSeconds'> & { readonly timeoutSeconds?: number },
): Promise<StartedCommand> {
  const began = performance.now();
  const subprocess = execa('/bin/sh', ['-c', SUPERVISOR, 'slipway', ...command], {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    detached: true, // a process group of its own
    cleanup: false, // its exit handler would end the worker at SIGTERM before it has drained
    reject: false,
    buffer: false,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe'],
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  const child = subprocess.nodeChildProcess;
  if (child.pid === undefined)
    throw new Error(`no process could be started in ${options.cwd}`, { cause: await subprocess });
  const pid = child.pid;
  const output = new Output(child.stdout as Readable, child.stderr as Readable, options);
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;

  let timedOut = false;
  let cancelled = false;
  let killing: NodeJS.Timeout | undefined;
  const terminate = () => {
    signalGroup(pid, 'SIGTERM');
    killing ??= setTimeout(() => signalGroup(pid, 'SIGKILL'), (options.graceSeconds ?? 2) * 1000);
  };
  const onAbort = () => {
    cancelled = true;
    terminate();
  };
  const limit =
    options.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          terminate();
        }, options.timeoutSeconds * 1000);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();

  const exited = exit.then(async ([code]) => {
    clearTimeout(limit);
    clearTimeout(killing);
    options.signal?.removeEventListener('abort', onAbort);
    signalGroup(pid, 'SIGKILL'); // what the command left behind, and the watcher
    const kept = await output.end();
    await subprocess;
    return {
      ...kept,
      exitCode: code ?? 137,
      timedOut,
      cancelled,
      seconds: Math.round(performance.now() - began) / 1000,
    };
  });
  exited.catch(() => {}); // whoever awaits it sees it; a caller that only ends it must not bring the process down
  return {
    pid,
    exited,
    end() {
      if (child.exitCode === null && child.signalCode === null) terminate();
      return exited;
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // nobody is left
  }
}
