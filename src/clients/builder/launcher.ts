import { mkdir, mkdtemp, open, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Artifact, CommandResult, Environment } from '../../activities/ports.ts';
import { type Confinement, type Held, stricter } from '../../domain/confinement.ts';
import { Problem } from '../../domain/problem.ts';
import { type CommandEnd, type StartedCommand, start } from '../command.ts';
import { CERTIFICATES } from '../environment.ts';
import { openOwnFolder, removeTree } from '../own-folder.ts';
import type { Interpreters } from './interpreters.ts';
import { createLimiter, type Limited } from './limits.ts';
import type { Relay } from './mounts.ts';
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
  /** A program of ours, not of the project: it needs no view and no limits. */
  readonly ours?: boolean;
  /** What the project asks for beside the worker's own rule. */
  readonly confinement?: Confinement | undefined;
  readonly relay?: Relay;
}

export interface Launched extends StartedCommand {
  readonly result: Promise<CommandResult & { readonly end: CommandEnd }>;
}

const TAIL = 2000;

export type Launcher = ReturnType<typeof createLauncher>;

export function createLauncher(options: BuilderOptions, interpreters: Interpreters) {
  let probed: Promise<Isolation | undefined> | undefined;
  let own: Promise<string> | undefined;
  const limiter = createLimiter({ groups: options.groups });

  /** How project code is kept apart here, if it is; `isolation-missing` where it must be and cannot. */
  async function isolation(confinement: Confinement = {}): Promise<Isolation | undefined> {
    const rule = stricter(options.isolation ?? 'available', confinement.isolation);
    if (rule === 'none') return undefined;
    probed ??= (async () => {
      const python = await interpreters.any();
      return python === undefined
        ? undefined
        : probeIsolation(python, { hidden: options.hidden, kinds: options.kinds });
    })();
    const found = await probed;
    if (found !== undefined || rule === 'available') return found;
    throw new Problem('isolation-missing', 'project code cannot be kept apart on this build worker, and must be');
  }

  function scratchFolder(): Promise<string> {
    own ??= openOwnFolder(options.scratch).catch((error) => {
      own = undefined;
      throw error;
    });
    return own;
  }

  async function launch(wanted: Launch): Promise<Launched> {
    const isolated = wanted.ours ? undefined : await isolation(wanted.confinement);
    const scratch = await mkdtemp(join(await scratchFolder(), 'command-'));
    const folders = { root: join(scratch, 'root'), home: join(scratch, 'home'), temporary: join(scratch, 'tmp') };
    await Promise.all(Object.values(folders).map((folder) => mkdir(folder)));
    const logFile = join(scratch, 'log');
    const limited = wanted.ours ? UNLIMITED : await limiter.limit(wanted.confinement ?? {});
    const within = limited.inside(wanted.command);
    const view = {
      ...folders,
      ...{ cwd: wanted.cwd, network: wanted.network },
      readable: [...wanted.readable, ...needed(wanted, within)],
      ...(wanted.cwdAt === undefined ? {} : { cwdAt: wanted.cwdAt }),
      ...(wanted.relay === undefined ? {} : { relay: wanted.relay }),
      writable: [...wanted.writable, folders.home],
    };
    const [program = '', ...args] = limited.around(isolated?.wrap(view, within) ?? within);
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
        const exceeded = await limited.close(end.exitCode);
        if (end.cancelled) signal?.throwIfAborted();
        const [log, tail] = [await options.store.putFile(`${wanted.name}.log`, logFile), await lastLines(logFile)];
        const { exitCode, timedOut, seconds } = end;
        const held: Held = { isolation: isolated?.kind ?? 'none', limits: limited.by, exceeded };
        return { ...{ exitCode, timedOut, seconds, log, tail }, ...held, end };
      });
      const removed = result.finally(() => removeTree(scratch).catch(() => {})); // what stays goes at the next start
      removed.catch(() => {}); // whoever awaits it sees it
      return { ...started, result: removed };
    } catch (error) {
      await Promise.all([limited.close(0), removeTree(scratch)]);
      throw error;
    }
  }

  async function held(): Promise<Omit<Held, 'exceeded'>> {
    return { isolation: (await isolation())?.kind ?? 'none', limits: await limiter.by() };
  }

  return {
    launch,
    run: async (wanted: Launch) => (await launch(wanted)).result,
    isolation,
    held,
    scratch: scratchFolder,
  };
}

const UNLIMITED: Limited = {
  ...{ by: 'none', inside: (command) => command, around: (command) => command },
  close: async () => [],
};

/** The programs themselves, wherever they were found, and the certificates that the environment names. */
function needed({ command, env }: Launch, within: readonly string[]): string[] {
  const paths = [command[0], within[0], ...CERTIFICATES.map((name) => env[name])];
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
