/**
 * `npm run test:postgres`: a release on the topology that a team runs, without images: Temporal's real server, built from its Go
 * modules once (about five minutes, some gigabytes of Go's caches), on a PostgreSQL of this machine.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { postgresPrograms } from './postgres-programs.ts';
import { root } from './setup/places.mjs';
import { SetupProblem } from './setup/problem.mjs';
import { ensureTeamServer } from './team-server.ts';

try {
  postgresPrograms(); // said before anything is built for minutes
  const server = ensureTeamServer();
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'temporal', 'test/postgres'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SLIPWAY_POSTGRES: server },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  console.error(`\n${error.message}\n\n${error.remedy}`);
  process.exitCode = 1;
}
