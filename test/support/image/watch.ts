import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const SAMPLE_EVERY_MS = 20;

export interface Seen {
  /** Of the program, as its container names it. */
  readonly program: string;
  readonly command: string;
  readonly environment: string;
}

/** Looks from outside at every process of some containers (by their ids) for as long as it watches. */
export class ContainerWatch {
  readonly #names: ReadonlyMap<string, string>;
  readonly #seen = new Map<string, Map<string, Seen>>();
  /** A process keeps its container, but not its program: an exec replaces it. */
  readonly #containerOf = new Map<string, string | undefined>();
  readonly #timer: NodeJS.Timeout;

  /** `containers`: names by ids. */
  constructor(containers: ReadonlyMap<string, string>) {
    this.#names = containers;
    this.#timer = setInterval(() => this.#look(), SAMPLE_EVERY_MS);
  }

  of(name: string): Seen[] {
    return [...(this.#seen.get(name)?.values() ?? [])];
  }

  /** A number, here outside, of some process that it has. */
  pid(name: string): string | undefined {
    this.#look();
    return readdirSync('/proc').find((pid) => this.#containerOf.get(pid) === name && readable(pid) !== undefined);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (!this.#containerOf.has(pid)) this.#containerOf.set(pid, this.#container(pid));
      const name = this.#containerOf.get(pid);
      if (name === undefined) continue;
      const seen = readable(pid);
      if (seen === undefined) continue;
      const all = this.#seen.get(name) ?? new Map<string, Seen>();
      all.set(`${seen.program}\0${seen.command}\0${seen.environment}`, seen);
      this.#seen.set(name, all);
    }
  }

  #container(pid: string): string | undefined {
    try {
      const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
      const id = /\b([0-9a-f]{64})\b/.exec(groups)?.[1];
      return id === undefined ? undefined : this.#names.get(id);
    } catch {
      return undefined; // it has ended
    }
  }
}

function readable(pid: string): Seen | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    // The engine itself, about to become what it starts.
    if (command === 'runc init') return undefined;
    return command === '' ? undefined : { program: readlinkSync(`/proc/${pid}/exe`), command, environment };
  } catch {
    return undefined; // it has ended, or is about to
  }
}
