import type { Catalogue, Project } from './catalogue.ts';

export type ReadApi = 'simple' | 'json';

export interface Staleness {
  /** Which pages lag; without it both. */
  readonly pages?: readonly ReadApi[];
  /** So many reads of outdated pages, then they are up to date; without it only `release` ends it. */
  readonly reads?: number;
}

interface Lag {
  readonly pages: readonly ReadApi[];
  readonly seen: Project | undefined;
  readsLeft: number;
}

/** What the read pages show of a project: for a while perhaps an earlier state of it, as behind a cache that nobody purged. */
export class Published {
  readonly #catalogue: Catalogue;
  readonly #lags = new Map<string, Lag>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** From now on the pages of `key` (a normalized name) show what they show now. */
  freeze(key: string, { pages = ['simple', 'json'], reads = Number.POSITIVE_INFINITY }: Staleness): void {
    const project = this.#catalogue.project(key);
    this.#lags.set(key, { pages, readsLeft: reads, seen: project && structuredClone(project) });
  }

  release(key: string): void {
    this.#lags.delete(key);
  }

  /** The project as its pages show it at this read; a quarantined one is not there. */
  project(key: string, api: ReadApi): Project | undefined {
    const project = this.#shown(key, api);
    return project?.status === 'quarantined' ? undefined : project;
  }

  #shown(key: string, api: ReadApi): Project | undefined {
    const project = this.#catalogue.project(key);
    const lag = this.#lags.get(key);
    if (!lag?.pages.includes(api) || lag.seen?.serial === project?.serial) return project;
    if (lag.readsLeft <= 0) return project;
    lag.readsLeft -= 1;
    return lag.seen;
  }
}
