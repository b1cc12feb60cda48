import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { baseEnvironment, start } from '../../src/clients/command.ts';
import type { DevServer } from '../../src/temporal/dev-server.ts';
import { freePort } from '../../src/temporal/free-port.ts';

const UP_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 200;
const VERSION_OF_NOTHING = '0.0';

/** A PostgreSQL of its own, in a folder that goes with it. It refuses to run as root: then it runs as `postgres`. */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(data, idOf('-u'), idOf('-g'));
  const port = await freePort();
  const run = (program: string, ...args: string[]) => {
    const [command = '', ...rest] = [
      ...(isRoot ? ['runuser', '-u', 'postgres', '--'] : []),
      join(binaries(), program),
      ...args,
    ];
    execFileSync(command, rest, { cwd: data, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  run('initdb', '-D', data, '-U', 'temporal', '--auth=trust');
  const options = `-p ${port} -k ${data} -c listen_addresses=127.0.0.1`;
  run('pg_ctl', '-D', data, '-l', join(data, 'log'), '-o', options, '-w', 'start');
  return {
    port,
    close() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a schema job does; a second time it changes nothing. */
export function setUpSchema(server: string, port: number): void {
  for (const [database, schema] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ] as const) {
    const endpoint = ['--plugin', 'postgres12', '--ep', '127.0.0.1', '-p', String(port), '-u', 'temporal', '--pw', 'x'];
    const sql = (...args: string[]) =>
      execFileSync(join(server, 'sql'), [...endpoint, '--db', database, ...args], { stdio: 'pipe' });
    sql('create');
    if (!isSetUp(port, database)) sql('setup-schema', '-v', VERSION_OF_NOTHING);
    sql('update-schema', '-d', join(server, 'schema/v12', schema, 'versioned'));
  }
}

export function schemaVersion(port: number, database: string): string {
  return query(port, database, 'SELECT curr_version FROM schema_version');
}

function isSetUp(port: number, database: string): boolean {
  return query(port, database, "SELECT to_regclass('schema_version')") !== '';
}

function query(port: number, database: string, text: string): string {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-U', 'temporal', '-d', database, '-Atc', text];
  return execFileSync(join(binaries(), 'psql'), args, { encoding: 'utf8' }).trim();
}

/** The server that a team runs, all four of its services in one process. */
export async function startServer(
  server: string,
  places: { folder: string; database: number; port: number },
): Promise<DevServer> {
  const { folder, database, port } = places;
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'server.yaml');
  if (!existsSync(config)) writeFileSync(config, stringify(await configuration(database, port)));
  const logFile = join(folder, 'server.log');
  const command = await start(join(server, 'server'), ['--config-file', config, '--allow-no-auth', 'start'], {
    ...{ cwd: folder, env: baseEnvironment(), logFile },
  });
  const address = `127.0.0.1:${port}`;
  for (const until = Date.now() + UP_WITHIN_MS; ; await sleep(LOOK_AGAIN_MS)) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '1s' });
      await connection.workflowService.listNamespaces({}).finally(() => connection.close());
      return {
        address,
        uiAddress: undefined,
        pid: command.pid,
        exited: command.exited,
        end: async () => void (await command.end()),
      };
    } catch (error) {
      if (Date.now() > until)
        throw new Error(`the Temporal server did not come up; its log: ${logFile}`, { cause: error });
    }
  }
}

async function configuration(database: number, port: number) {
  const store = (databaseName: string) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, connectAddr: `127.0.0.1:${database}`, connectProtocol: 'tcp' },
      ...{ user: 'temporal', password: 'x', maxConns: 20, maxIdleConns: 20, maxConnLifetime: '1h' },
    },
  });
  const rpc = async (grpcPort: number) => ({
    rpc: { grpcPort, membershipPort: await freePort(), bindOnLocalHost: true },
  });
  const active = { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${port}` };
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      ...{ defaultStore: 'default', visibilityStore: 'visibility', numHistoryShards: 4 },
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await rpc(port),
      matching: await rpc(await freePort()),
      history: await rpc(await freePort()),
      worker: await rpc(await freePort()),
    },
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active', clusterInformation: { active } },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: `127.0.0.1:${port}` },
  };
}

/** Debian keeps them out of the PATH. */
function binaries(): string {
  const debian = '/usr/lib/postgresql';
  const [version] = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  if (version !== undefined) return join(debian, version, 'bin');
  const found = (process.env.PATH ?? '').split(':').find((folder) => existsSync(join(folder, 'initdb')));
  if (found !== undefined) return found;
  throw new Error('PostgreSQL is not installed: apt-get install postgresql, or put its programs on the PATH');
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}
