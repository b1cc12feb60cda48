import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseEnvironment, findProgram, run } from '../command.ts';

/** What a command may see of this machine, besides the system's programs and libraries. */
export interface View {
  readonly cwd: string;
  /** Where `cwd` is seen. */
  readonly cwdAt?: string;
  /** An empty folder of this machine, over which the view is made. */
  readonly root: string;
  readonly network: boolean;
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Seen as /tmp and /var/tmp. */
  readonly temporary: string;
}

export interface Isolation {
  /** The arguments that run `command` in the view; the first is a program. */
  wrap(view: View, command: readonly string[]): readonly string[];
}

const PROGRAM = fileURLToPath(new URL('view.py', import.meta.url));

const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix/store'];

/** Of /etc, what programs need to resolve names and hosts, speak TLS and tell the time: no keys, and no tool's configuration. */
const ETC = [
  ...[
    'passwd',
    'group',
    'nsswitch.conf',
    'hosts',
    'host.conf',
    'hostname',
    'resolv.conf',
    'gai.conf',
    'protocols',
    'services',
  ],
  ...['ssl/certs', 'ssl/openssl.cnf', 'pki/tls/certs', 'pki/ca-trust', 'ca-certificates', 'crypto-policies'],
  ...[
    'ld.so.cache',
    'ld.so.conf',
    'ld.so.conf.d',
    'alternatives',
    'localtime',
    'timezone',
    'os-release',
    'debian_version',
  ],
  ...['mime.types', 'magic', 'fonts', 'locale.alias', 'locale.conf', 'python3'],
].map((name) => join('/etc', name));

/** Namespaces by `unshare`, as root or in a user namespace; undefined where they can't be had. Tried for real, once. */
export async function probeIsolation(python: string, hidden: readonly string[]): Promise<Isolation | undefined> {
  const env = baseEnvironment();
  const unshare = process.platform === 'linux' ? await findProgram('unshare', env.PATH ?? '') : undefined;
  if (unshare === undefined) return undefined;
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-view-'));
  const [root, temporary] = [join(scratch, 'root'), join(scratch, 'tmp')];
  await Promise.all([mkdir(root), mkdir(temporary)]);
  try {
    for (const user of [[], ['--user', '--map-root-user']]) {
      const isolation = { wrap: wrapWith([unshare, ...user], python, hidden) };
      const view = { cwd: temporary, root, temporary, network: false, readable: [], writable: [] };
      const [program = '', ...args] = isolation.wrap(view, ['/bin/sh', '-c', 'exit 42']);
      const probe = await run(program, args, { cwd: '/', env, timeoutSeconds: 20 });
      if (probe.exitCode === 42) return isolation;
    }
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function wrapWith(unshare: readonly string[], python: string, hidden: readonly string[]): Isolation['wrap'] {
  return (view, command) => {
    const flags = ['--pid', '--fork', '--kill-child', '--mount', '--ipc', ...(view.network ? [] : ['--net'])];
    const spec = {
      root: view.root,
      mounts: mountsOf(view, hidden),
      links: linksOf(SYSTEM),
      loopback: !view.network,
      cwd: view.cwdAt ?? view.cwd,
      command,
    };
    return [...unshare, ...flags, '--', python, '-I', '-S', PROGRAM, JSON.stringify(spec)];
  };
}

interface Mount {
  readonly at: string;
  /** Without it, an empty folder covers what lies there. */
  readonly from?: string;
  readonly write?: boolean;
}

/** Later entries hold where one path is named twice; parents come first. */
function mountsOf(view: View, hidden: readonly string[]): Mount[] {
  const system = [...SYSTEM, ...ETC].filter((path) => existsSync(path) && !isLink(path));
  const linked = ETC.filter((path) => existsSync(path) && isLink(path));
  const readable = view.readable.filter((path) => existsSync(path) && (!inSystem(path) || isBelow(path, hidden)));
  const visible = [...system, ...readable, ...view.writable];
  const covered = hidden.filter((path) => existsSync(path) && isBelow(path, visible));
  const mounts: Mount[] = [
    ...[...system, ...linked].map((at) => ({ at, from: realpathSync(at) })),
    ...covered.map((at) => ({ at })),
    ...readable.flatMap((path) => both(path).map((at) => ({ at, from: path }))),
    ...view.writable.flatMap((path) => both(path).map((at) => ({ at, from: path, write: true }))),
    ...both(view.cwdAt ?? view.cwd).map((at) => ({ at, from: view.cwd, write: true })),
    ...['/tmp', '/var/tmp'].map((at) => ({ at, from: view.temporary, write: true })),
  ];
  const byPlace = new Map(mounts.map((entry) => [entry.at, entry]));
  return [...byPlace.values()].sort((a, b) => depth(a.at) - depth(b.at));
}

/** As it is named and as it really is: programs find out either. */
function both(path: string): string[] {
  return [...new Set([path, existsSync(path) ? realpathSync(path) : path])];
}

function linksOf(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.filter(isLink).map((path) => [path, readlinkSync(path)]));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function inSystem(path: string): boolean {
  return SYSTEM.includes(path) || isBelow(path, SYSTEM);
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((above) => path.startsWith(`${above}/`));
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Folders of an interpreter that a virtual environment refers to; not its prefix itself, which may be somebody's home. */
export function interpreterFolders(executable: string): string[] {
  if (!existsSync(executable)) return [];
  const prefixes = [executable, realpathSync(executable)].map((path) => dirname(dirname(path)));
  const folders = [...new Set(prefixes)].flatMap((prefix) =>
    ['bin', 'lib', 'lib64', 'include'].map((name) => join(prefix, name)),
  );
  return folders.filter((folder) => existsSync(folder) && !inSystem(folder));
}
