import { mkdir, mkdtemp, open, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Artifact, CommandResult, Environment } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { type CommandEnd, type StartedCommand, start } from '../command.ts';
import { CERTIFICATES } from '../environment.ts';
import { openOwnFolder, removeTree } from '../own-folder.ts';
import type { Interpreters } from './interpreters.ts';
import type { BuilderOptions } from './options.ts';
import { type Isolation, probeIsolation } from './view.ts';

/** A command that runs project code: in a view of its own where that can be had, its tree ended with it. */
export interface Launch {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly cwdAt?: string;
  readonly env: Environment;
  readonly timeoutSeconds: number;
  readonly network: boolean;
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** A program of ours, not of the project: it needs no view. */
  readonly ours?: boolean;
}

export interface Launched extends StartedCommand {
  readonly result: Promise<CommandResult & { readonly end: CommandEnd }>;
}

const TAIL = 2000;

export type Launcher = ReturnType<typeof createLauncher>;

export function createLauncher(options: BuilderOptions, interpreters: Interpreters) {
  let probed: Promise<Isolation | undefined> | undefined;
  let own: Promise<string> | undefined;

  /** What project code may do is the same for all commands of this worker. */
  function isolation(): Promise<Isolation | undefined> {
    probed ??= (async () => {
      const python = options.isolation === 'none' ? undefined : await interpreters.any();
      return python === undefined ? undefined : probeIsolation(python, options.hidden ?? []);
    })();
    return probed;
  }

  function scratchFolder(): Promise<string> {
    own ??= openOwnFolder(options.scratch).catch((error) => {
      own = undefined;
      throw error;
    });
    return own;
  }

  async function launch(wanted: Launch): Promise<Launched> {
    const isolated = wanted.ours ? undefined : await isolation();
    const scratch = await mkdtemp(join(await scratchFolder(), 'command-'));
    const folders = { root: join(scratch, 'root'), home: join(scratch, 'home'), temporary: join(scratch, 'tmp') };
    await Promise.all(Object.values(folders).map((folder) => mkdir(folder)));
    const logFile = join(scratch, 'log');
    const view = {
      ...folders,
      ...{ cwd: wanted.cwd, network: wanted.network },
      readable: [...wanted.readable, ...needed(wanted)],
      ...(wanted.cwdAt === undefined ? {} : { cwdAt: wanted.cwdAt }),
      writable: [...wanted.writable, folders.home],
    };
    const [program = '', ...args] = isolated?.wrap(view, wanted.command) ?? wanted.command;
    const signal = options.cancellation?.();
    try {
      signal?.throwIfAborted();
      const started = await start(program, args, {
        cwd: isolated === undefined ? (wanted.cwdAt ?? wanted.cwd) : '/',
        env: { ...wanted.env, HOME: folders.home, TMPDIR: isolated === undefined ? folders.temporary : '/tmp' },
        timeoutSeconds: wanted.timeoutSeconds,
        tree: isolated === undefined ? 'kill-with-us' : 'group',
        logFile,
        signal,
      });
      const result = started.exited.then(async (end) => {
        if (end.cancelled) signal?.throwIfAborted();
        return { ...(await kept(wanted.name, logFile, end, isolated)), end };
      });
      const removed = result.finally(() => removeTree(scratch).catch(() => {})); // what stays goes at the next start
      removed.catch(() => {}); // whoever awaits it sees it
      return { ...started, result: removed };
    } catch (error) {
      await removeTree(scratch);
      throw error;
    }
  }

  async function kept(name: string, logFile: string, end: CommandEnd, isolated: unknown): Promise<CommandResult> {
    const log = await options.store.putFile(`${name}.log`, logFile);
    return {
      ...{ exitCode: end.exitCode, timedOut: end.timedOut, seconds: end.seconds, log },
      tail: await lastLines(logFile),
      isolation: isolated === undefined ? 'none' : 'namespaces',
    };
  }

  return { launch, run: async (wanted: Launch) => (await launch(wanted)).result, isolation, scratch: scratchFolder };
}

/** The program itself, wherever it was found, and the certificates that its environment names. */
function needed({ command, env }: Launch): string[] {
  const paths = [command[0], ...CERTIFICATES.map((name) => env[name])];
  return paths.filter((path) => path !== undefined && isAbsolute(path)) as string[];
}

async function lastLines(file: string): Promise<string> {
  const { size } = await stat(file);
  const handle = await open(file);
  try {
    const from = Math.max(0, size - 4 * TAIL);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4 * TAIL), 0, 4 * TAIL, from);
    return stripVTControlCharacters(buffer.subarray(0, bytesRead).toString()).slice(-TAIL);
  } finally {
    await handle.close();
  }
}

/** A failed command of ours, with its log: whose exit says only that it failed. */
export function commandProblem(
  code: 'environment-failed' | 'build-failed' | 'metadata-refused',
  what: string,
  result: { readonly timedOut: boolean; readonly tail: string; readonly log: Artifact },
): Problem {
  const how = result.timedOut ? 'took too long' : 'failed';
  return new Problem(code, `${what} ${how}: ${result.tail.trim().slice(-1500)}`, { log: result.log.digest });
}
