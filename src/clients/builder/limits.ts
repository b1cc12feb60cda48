import { readFile } from 'node:fs/promises';
import { type Confinement, type Held, type LimitName, type Limits, limitsOf } from '../../domain/confinement.ts';
import { baseEnvironment, findProgram, run } from '../command.ts';
import { type ControlGroup, type ControlGroups, findControlGroups } from './control-groups.ts';

/** One command's limits, ready to be set. */
export interface Limited {
  readonly by: Held['limits'];
  /** Inside of the view. */
  inside(command: readonly string[]): readonly string[];
  /** Around the view. */
  around(command: readonly string[]): readonly string[];
  /** Once all of it has ended; `exitCode` is the command's own. */
  close(exitCode: number): Promise<readonly LimitName[]>;
}

const ENTER = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 126; shift; done; shift; exec "$@"';
const SIGXFSZ = 128 + 25;

/** By the kernel's groups where we may make them, else by limits of each single process (util-linux' prlimit); else none. */
export function createLimiter({ groups = true }: { readonly groups?: boolean | undefined } = {}) {
  let found: Promise<{ groups: ControlGroups | undefined; prlimit: string | undefined }> | undefined;

  function find() {
    found ??= (async () => ({
      groups: groups && process.platform === 'linux' ? await workingGroups() : undefined,
      prlimit: await findProgram('prlimit', baseEnvironment().PATH ?? ''),
    }))();
    return found;
  }

  /** By what, as far as it can be told before. */
  async function by(): Promise<Held['limits']> {
    const { groups: ours, prlimit } = await find();
    return ours?.kind ?? (prlimit === undefined ? 'none' : 'rlimits');
  }

  async function limit(confinement: Confinement): Promise<Limited> {
    const { groups: ours, prlimit } = await find();
    const limits = limitsOf(confinement);
    const group: ControlGroup | undefined = await ours?.open(limits);
    const flags = prlimit === undefined ? [] : [prlimit, ...(await rlimits(limits, group === undefined)), '--'];
    return {
      by: await by(),
      inside: (command) => [...flags, ...command],
      around: (command) => (group === undefined ? command : entering(group, command)),
      async close(exitCode) {
        const exceeded = (await group?.close()) ?? [];
        return exitCode === SIGXFSZ ? [...exceeded, 'fileSize'] : exceeded;
      },
    };
  }

  return { limit, by };
}

function entering({ entrances }: ControlGroup, command: readonly string[]): string[] {
  return ['/bin/sh', '-c', ENTER, 'slipway', ...entrances, '--', ...command];
}

/** Tried for real: a kernel may let us make a group, and let nobody in. */
async function workingGroups(): Promise<ControlGroups | undefined> {
  const found = await findControlGroups();
  try {
    const group = await found?.open(limitsOf({}));
    if (group === undefined) return undefined;
    const [program = '', ...args] = entering(group, ['/bin/true']);
    const { exitCode } = await run(program, args, { cwd: '/', env: baseEnvironment(), timeoutSeconds: 20 });
    await group.close();
    return exitCode === 0 ? found : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return undefined; // no right to it, or a kernel that has it not
    throw error;
  }
}

/**
 * Without a group memory is limited by RLIMIT_DATA, for each process by itself. Not by RLIMIT_AS: that counts what is only reserved, and
 * many a runtime reserves far more than there is. RLIMIT_NPROC counts all that a user has on the machine, and does not count for root.
 */
async function rlimits({ memory, processes, files, fileSize }: Limits, alone: boolean): Promise<string[]> {
  const most = await hardLimits();
  const flag = (name: string, title: string, wanted: number) => {
    const value = Math.min(wanted, most(title));
    return `--${name}=${value}:${value}`;
  };
  return [
    ...['--core=0:0', flag('nofile', 'Max open files', files), flag('fsize', 'Max file size', fileSize)],
    ...(alone ? [flag('data', 'Max data size', memory), flag('nproc', 'Max processes', processes)] : []),
  ];
}

/** Nobody but root may raise what is set already. */
async function hardLimits(): Promise<(title: string) => number> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  return (title) => Number(new RegExp(`^${title}\\s+\\S+\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
}
