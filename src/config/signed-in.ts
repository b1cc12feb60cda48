import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimedPerson } from './claimed-person.ts';

const REMEMBERED_DAYS = 90;

interface Remembered extends ClaimedPerson {
  readonly at: string;
}

/**
 * People whom an identity provider vouched for, as files that API and workers share: a run that begins knows them and their roles.
 * It lets nobody in.
 */
export function signedInPeople(folder: string) {
  const last = new Map<string, string>();

  return {
    async remember({ login, name, roles }: ClaimedPerson, now: Date): Promise<void> {
      const kept: Remembered = { login, name, roles, at: now.toISOString() };
      const today = JSON.stringify([name, roles, kept.at.slice(0, 10)]);
      if (last.get(login) === today) return;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${login}.json`);
      const beside = join(folder, `.${login}.${process.pid}.partial`);
      await writeFile(beside, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
      await rename(beside, file);
      last.set(login, today);
    },
    async all(now: Date): Promise<ClaimedPerson[]> {
      const names = await readdir(folder).catch(nobody);
      const files = names.filter((name) => /^[^.].*\.json$/.test(name));
      const people = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
      const oldest = new Date(now.getTime() - REMEMBERED_DAYS * 86_400_000).toISOString();
      return people
        .map((text) => JSON.parse(text) as Remembered)
        .filter(({ at }) => at >= oldest)
        .map(({ at: _at, ...person }) => person);
    },
  };
}

function nobody(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
