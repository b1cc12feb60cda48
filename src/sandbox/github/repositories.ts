import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryRecord } from './record.ts';
import { Repository, recordFile } from './repository.ts';

/** All repositories of the sandbox, each in `<state>/<owner>/<name>`. */
export class Repositories {
  readonly #state: string;
  readonly #known = new Map<string, Repository>();

  constructor(state: string) {
    this.#state = state;
    for (const owner of foldersIn(state)) {
      for (const name of foldersIn(join(state, owner))) {
        const file = recordFile(this.folder(owner, name));
        if (existsSync(file)) this.add(JSON.parse(readFileSync(file, 'utf8')) as RepositoryRecord);
      }
    }
  }

  folder(owner: string, name: string): string {
    return join(this.#state, owner, name);
  }

  add(record: RepositoryRecord): Repository {
    const repository = new Repository(this.folder(record.owner, record.name), record);
    this.#known.set(keyOf(record.owner, record.name), repository);
    return repository;
  }

  find(owner: string, name: string): Repository | undefined {
    return this.#known.get(keyOf(owner, name));
  }

  all(): Repository[] {
    return [...this.#known.values()];
  }
}

function keyOf(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
