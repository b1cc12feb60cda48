import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/temporal/free-port.ts';
import { postgresPrograms } from '../../tools/postgres-programs.ts';
import { output } from './image/command.ts';
import { root } from './imports.ts';

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
      join(postgresPrograms(), program),
      ...args,
    ];
    execFileSync(command, rest, { cwd: data, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  run('initdb', '-D', data, '-U', 'temporal', '--auth=trust');
  const options = `-p ${port} -k ${data} -c listen_addresses=127.0.0.1`;
  const log = join(data, 'log');
  try {
    run('pg_ctl', '-D', data, '-l', log, '-o', options, '-w', 'start');
  } catch (cause) {
    const lines = readFileSync(log, 'utf8').trim().split('\n').slice(-10).join('\n');
    throw new Error(`PostgreSQL did not start. Its log: ${log}, which ends with\n${lines}`, { cause });
  }
  return {
    ...{ port, folder },
    close() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The job that compose runs before the server. `folder`: for the password, which this PostgreSQL doesn't ask for. */
export async function setUpSchema(server: string, { port, folder }: { port: number; folder: string }): Promise<void> {
  const password = join(folder, 'password');
  writeFileSync(password, 'x');
  const env = { SQL_HOST: '127.0.0.1', SQL_PORT: String(port), SQL_USER: 'temporal', SQL_PASSWORD_FILE: password };
  await output('sh', [join(root, 'deploy/temporal/schema.sh')], { env: { ...env, SQL_TOOL: join(server, 'sql') } });
}

export function schemaVersion(port: number, database: string): string {
  return query(port, database, 'SELECT curr_version FROM schema_version');
}

function query(port: number, database: string, text: string): string {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-U', 'temporal', '-d', database, '-Atc', text];
  return execFileSync(join(postgresPrograms(), 'psql'), args, { encoding: 'utf8' }).trim();
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}
