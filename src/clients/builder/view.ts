import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Held } from '../../domain/confinement.ts';
import { baseEnvironment, findProgram, run } from '../command.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import { interpreterFolders, linksOf, mountsOf, relayInside, SYSTEM, type View } from './mounts.ts';

export { interpreterFolders, type View } from './mounts.ts';

export type IsolationKind = Exclude<Held['isolation'], 'none'>;

export interface Isolation {
  readonly kind: IsolationKind;
  /** The arguments that run `command` in the view; the first is a program. */
  wrap(view: View, command: readonly string[]): readonly string[];
}

const PROGRAM = fileURLToPath(new URL('view.py', import.meta.url));
const BOTH: readonly IsolationKind[] = ['bubblewrap', 'namespaces'];

/** bubblewrap, or namespaces by `unshare`, as root or in a user namespace; undefined where none can be had. Tried for real, once. */
export async function probeIsolation(
  python: string,
  {
    hidden = [],
    kinds = BOTH,
  }: { hidden?: readonly string[] | undefined; kinds?: readonly IsolationKind[] | undefined },
): Promise<Isolation | undefined> {
  if (process.platform !== 'linux') return undefined;
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-view-'));
  try {
    for (const isolation of await candidates(python, hidden)) {
      if (kinds.includes(isolation.kind) && (await holds(isolation, scratch))) return isolation;
    }
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function candidates(python: string, hidden: readonly string[]): Promise<Isolation[]> {
  const path = baseEnvironment().PATH ?? '';
  const [bubblewrap, unshare] = await Promise.all([findProgram('bwrap', path), findProgram('unshare', path)]);
  return [
    ...(bubblewrap === undefined ? [] : [byBubblewrap(bubblewrap, python, hidden)]),
    ...(unshare === undefined
      ? []
      : [[], ['--user', '--map-root-user']].map((user) => byUnshare([unshare, ...user], python, hidden))),
  ];
}

async function holds(isolation: Isolation, scratch: string): Promise<boolean> {
  const [root, temporary] = [join(scratch, 'root'), join(scratch, 'tmp')];
  await Promise.all([root, temporary].map((folder) => mkdir(folder, { recursive: true })));
  const view = { cwd: temporary, root, temporary, network: false, readable: [], writable: [] };
  const [program = '', ...args] = isolation.wrap(view, ['/bin/sh', '-c', 'exit 42']);
  const probe = await run(program, args, { cwd: '/', env: baseEnvironment(), timeoutSeconds: 20 });
  return probe.exitCode === 42;
}

/** The group is told of the limit as a whole, and bubblewrap would end at once, with all that it holds. */
const DEAF = `trap '' TERM INT HUP; exec "$@"`;

function byBubblewrap(bubblewrap: string, python: string, hidden: readonly string[]): Isolation {
  return {
    kind: 'bubblewrap',
    wrap(view, command) {
      const ours = [python, PROGRAM, ...interpreterFolders(python)];
      const inside = { cwd: view.cwdAt ?? view.cwd, command, relay: relayInside(view.relay) };
      const args = bubblewrapArguments({
        mounts: mountsOf({ ...view, readable: [...view.readable, ...ours] }, hidden),
        links: linksOf(SYSTEM),
        network: view.network,
        command: [python, '-I', '-S', PROGRAM, JSON.stringify(inside)],
      });
      return ['/bin/sh', '-c', DEAF, 'slipway', bubblewrap, ...args];
    },
  };
}

function byUnshare(unshare: readonly string[], python: string, hidden: readonly string[]): Isolation {
  return {
    kind: 'namespaces',
    wrap(view, command) {
      const flags = ['--pid', '--fork', '--kill-child', '--mount', '--ipc', ...(view.network ? [] : ['--net'])];
      const inside = {
        root: view.root,
        mounts: mountsOf(view, hidden),
        links: linksOf(SYSTEM),
        loopback: !view.network,
        cwd: view.cwdAt ?? view.cwd,
        command,
        relay: relayInside(view.relay),
      };
      return [...unshare, ...flags, '--', python, '-I', '-S', PROGRAM, JSON.stringify(inside)];
    },
  };
}
