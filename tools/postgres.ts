/**
 * `npm run test:postgres`: a release on the topology that a team runs, without images: Temporal's real server, built from its Go
 * modules once (about five minutes, some gigabytes of Go's caches), on a PostgreSQL of this machine.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from './setup/places.mjs';

/** The server that the Temporal CLI of our set-up holds as well. */
const VERSION = '1.32.0';
const MODULE = 'go.temporal.io/server';
const folder = join(cache, `temporal-server-${VERSION}`);

ensureServer();
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'temporal', 'test/postgres'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SLIPWAY_POSTGRES: folder },
});
process.exitCode = status ?? 1;

function ensureServer(): void {
  mkdirSync(folder, { recursive: true });
  for (const program of ['cmd/server', 'cmd/tools/sql']) {
    if (existsSync(join(folder, program.split('/').at(-1) ?? ''))) continue;
    console.log(`go install ${MODULE}/${program}@v${VERSION} …`);
    go('install', `${MODULE}/${program}@v${VERSION}`);
  }
  if (!existsSync(join(folder, 'schema'))) {
    const modules = go('env', 'GOMODCACHE').trim();
    const schema = join(modules, `${MODULE}@v${VERSION}`, 'schema/postgresql');
    cpSync(schema, join(folder, 'schema'), { recursive: true });
  }
}

function go(...args: string[]): string {
  return execFileSync('go', args, {
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
}
