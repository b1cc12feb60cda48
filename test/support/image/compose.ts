import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { baseEnvironment, findProgram, run } from '../../../src/clients/command.ts';
import { root } from '../imports.ts';

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly target?: string };
  readonly user?: string;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly ports?: readonly (string | { readonly host_ip?: string })[];
  readonly secrets?: readonly { readonly source: string }[];
  readonly volumes?: readonly (string | Mount)[];
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly restart?: string;
  readonly healthcheck?: unknown;
  readonly stop_grace_period?: string;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
}

export interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
}

export interface Composition {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

/** `docker compose` as a plugin where it is there, else the program of old. */
async function composeProgram(): Promise<readonly [string, ...string[]] | undefined> {
  const env = baseEnvironment();
  const plugin = (await findProgram('docker', env.PATH ?? '')) !== undefined;
  if (plugin) {
    const version = await run('docker', ['compose', 'version'], { cwd: '/', env, timeoutSeconds: 30 });
    if (version.exitCode === 0) return ['docker', 'compose'];
  }
  return (await findProgram('docker-compose', env.PATH ?? '')) === undefined ? undefined : ['docker-compose'];
}

export const compose = await composeProgram();
export const composeObstacle = compose === undefined ? 'neither docker compose nor docker-compose is installed' : '';

/** What compose makes of docker-compose.yml, with these variables and no .env of this clone's. */
export async function composeConfig(variables: Readonly<Record<string, string>>) {
  const [program, ...args] = compose ?? ['docker-compose'];
  const scratch = mkdtempSync(join(tmpdir(), 'slipway-compose-'));
  try {
    const none = join(scratch, 'env');
    writeFileSync(none, '');
    const file = ['--project-directory', root, '--file', join(root, 'docker-compose.yml')];
    const env = { ...baseEnvironment(), ...variables };
    const all = [...args, '--env-file', none, ...file, 'config'];
    return await run(program, all, { cwd: scratch, env, timeoutSeconds: 60 });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export async function composition(variables: Readonly<Record<string, string>>): Promise<Composition> {
  const { exitCode, stdout, stderr } = await composeConfig(variables);
  if (exitCode !== 0) throw new Error(`compose does not take docker-compose.yml:\n${stderr}`);
  return parse(stdout) as Composition;
}

/** `docker run` arguments for what compose would do, but on this machine's own network. */
export function runArguments({ services, secrets }: Composition, name: string): string[] {
  const service = services[name] as ComposeService;
  const mounts = (service.volumes ?? []).map((volume) => (typeof volume === 'string' ? volume : shortMount(volume)));
  const environment = Object.entries(service.environment ?? {}).filter(([, value]) => value !== null);
  return [
    ...['--network', 'host', '--user', service.user ?? '0'],
    ...(service.init ? ['--init'] : []),
    ...(service.read_only ? ['--read-only'] : []),
    ...each('--tmpfs', service.tmpfs),
    ...each('--cap-drop', service.cap_drop),
    ...each('--security-opt', service.security_opt),
    ...each('--volume', mounts),
    ...each(
      '--volume',
      (service.secrets ?? []).map(({ source }) => `${secrets[source]?.file}:/run/secrets/${source}:ro`),
    ),
    ...each(
      '--env',
      environment.map(([key, value]) => `${key}=${value}`),
    ),
    ...(service.mem_limit === undefined ? [] : ['--memory', String(service.mem_limit)]),
    ...(service.pids_limit === undefined ? [] : ['--pids-limit', String(service.pids_limit)]),
  ];
}

/** 60s, as it is written, and 1m0s, as the newer program says it. */
export function secondsOf(duration = ''): number {
  const [, minutes = '0', seconds = '0'] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

function shortMount({ source, target, read_only }: Mount): string {
  return `${source}:${target}${read_only ? ':ro' : ''}`;
}

function each(option: string, values: readonly string[] = []): string[] {
  return values.flatMap((value) => [option, value]);
}
