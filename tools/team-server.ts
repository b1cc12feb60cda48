import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './setup/places.mjs';
import { SetupProblem } from './setup/problem.mjs';

/** The server that the Temporal CLI of our set-up holds as well. */
const VERSION = '1.32.0';
const MODULE = 'go.temporal.io/server';
/** What its go.mod says; Go 1.21 or newer fetches that by itself where it may. */
const GO = '1.26.8';

/** The folder of Temporal's server and its SQL tool, which holds the schema: built where they are missing. */
export function ensureTeamServer(): string {
  const folder = join(cache, `temporal-server-${VERSION}`);
  const building = `${folder}.building`; // what was broken off is not taken for whole
  mkdirSync(folder, { recursive: true });
  for (const source of ['cmd/server', 'cmd/tools/sql']) {
    const program = source.split('/').at(-1) ?? '';
    if (existsSync(join(folder, program))) continue;
    console.log(`go install ${MODULE}/${source}@v${VERSION} … (minutes, the first time)`);
    go(['install', `${MODULE}/${source}@v${VERSION}`], building);
    renameSync(join(building, program), join(folder, program));
  }
  rmSync(building, { recursive: true, force: true });
  return folder;
}

function go(args: string[], building: string): void {
  const { error, status } = spawnSync('go', args, {
    env: { ...process.env, GOBIN: building, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return;
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new SetupProblem(
      `Go is not installed: Temporal's server ${VERSION} is built with it.`,
      `Install Go ${GO} or newer (https://go.dev/doc/install) and put its \`go\` on the PATH. Many systems' own package is older: from 1.21 on it fetches the right one by itself.`,
    );
  throw new SetupProblem(
    `go ${args.join(' ')} ended with ${status ?? error?.message}; what it said stands above.`,
    `It needs Go ${GO} or newer (\`go version\`), a way to Go's modules (\`go env GOPROXY\`), and some gigabytes in \`go env GOCACHE GOMODCACHE\`. What is built is kept: start it again.`,
  );
}
