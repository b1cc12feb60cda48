import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
  /** A port inside is reached from outside by a socket in this folder, where the network is not seen. */
  readonly relay?: Relay;
}

export interface Relay {
  readonly folder: string;
  readonly port: number;
}

const RELAY_AT = '/run/slipway';

/** What the first process of the view is told of it. */
export function relayInside(relay: Relay | undefined): { socket: string; port: number } | undefined {
  return relay && { socket: join(RELAY_AT, RELAY_SOCKET), port: relay.port };
}

export const RELAY_SOCKET = 'relay';

export const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix/store'];

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

export interface Mount {
  readonly at: string;
  /** Without it, an empty folder covers what lies there. */
  readonly from?: string;
  readonly write?: boolean;
}

/** Later entries hold where one path is named twice; parents come first. */
export function mountsOf(view: View, hidden: readonly string[]): Mount[] {
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
    ...(view.relay === undefined ? [] : [{ at: RELAY_AT, from: view.relay.folder, write: true }]),
  ];
  const byPlace = new Map(mounts.map((entry) => [entry.at, entry]));
  return [...byPlace.values()].sort((a, b) => depth(a.at) - depth(b.at));
}

/** As it is named and as it really is: programs find out either. */
function both(path: string): string[] {
  return [...new Set([path, existsSync(path) ? realpathSync(path) : path])];
}

export function linksOf(paths: readonly string[]): Record<string, string> {
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
