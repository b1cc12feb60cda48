import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupProblem } from './setup/problem.mjs';

const WANTED = ['initdb', 'pg_ctl', 'psql'];
/** Debian keeps them out of the PATH, a folder for each version. */
const DEBIAN = '/usr/lib/postgresql';

/** The folder of PostgreSQL's own programs: the newest of Debian's, else the first on the PATH that holds them all. */
export function postgresPrograms(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => WANTED.every((program) => existsSync(join(folder, program))));
  if (found !== undefined) return found;
  throw new SetupProblem(
    `PostgreSQL's server is not installed: no folder holds ${WANTED.join(', ')}.`,
    'On Debian and Ubuntu: apt-get install postgresql. Elsewhere install PostgreSQL 12 or newer, and put the folder of its programs on the PATH.',
  );
}
