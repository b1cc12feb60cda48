import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DeliveryLog } from './delivery-log.ts';
import { Git } from './git/command.ts';
import type { PullRecord, RepositoryRecord } from './record.ts';

/** A repository: its bare git repository, its record, and the folder with the bytes of its release assets. */
export class Repository {
  readonly record: RepositoryRecord;
  readonly git: Git;
  readonly deliveries: DeliveryLog;
  readonly #folder: string;
  #turn: Promise<unknown> = Promise.resolve();
  #turns = 0;

  constructor(folder: string, record: RepositoryRecord) {
    this.#folder = folder;
    this.record = record;
    this.git = new Git(gitFolder(folder));
    this.deliveries = new DeliveryLog(join(folder, 'deliveries.json'));
  }

  get fullName(): string {
    return `${this.record.owner}/${this.record.name}`;
  }

  /** One writer at a time. What it changed is on the disk when it is over. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      this.#turns += 1;
      const result = await work();
      this.save();
      return result;
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** How many writers there were: what was read at the same count still holds. */
  get turns(): number {
    return this.#turns;
  }

  /** When the last writer is done. */
  async close(): Promise<void> {
    await this.#turn;
    this.git.close();
  }

  save(): void {
    writeAtomically(recordFile(this.#folder), JSON.stringify(this.record));
  }

  newId(): number {
    return this.record.nextId++;
  }

  newNumber(): number {
    return this.record.nextNumber++;
  }

  pull(number: number): PullRecord | undefined {
    const issue = this.record.issues.find((each) => each.number === number);
    return issue?.pull ? (issue as PullRecord) : undefined;
  }

  pulls(): PullRecord[] {
    return this.record.issues.filter((issue): issue is PullRecord => issue.pull !== null);
  }

  assetFile(id: number): string {
    return join(this.#folder, 'assets', String(id));
  }
}

export function recordFile(folder: string): string {
  return join(folder, 'record.json');
}

export function gitFolder(folder: string): string {
  return join(folder, 'repository.git');
}

/** Whole or not at all, whenever the process or the machine dies. */
export function writeAtomically(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(`${file}.new`, 'w');
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
  syncFolder(dirname(file));
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
