import type { RunView } from '../api/run-view.ts';

export interface ApiProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
  readonly faults?: readonly { readonly path?: string; readonly message: string }[];
}

/** What the API refused, in its own words. */
export class Refused extends Error {
  readonly problem: ApiProblem;

  constructor(problem: ApiProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export interface Started {
  readonly id: string;
  readonly runId: string;
  readonly version: string;
}

export interface NextVersion {
  readonly last: string | null;
  readonly base: string | null;
  readonly bump: 'major' | 'minor' | 'patch' | 'none';
  readonly next: string | null;
  readonly reasons: readonly string[];
}

/** Slipway's API as one person uses it: over HTTP, with a token. */
export class Api {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  next(project: string): Promise<NextVersion> {
    return this.#ask('GET', `/v1/projects/${project}/next`);
  }

  startRelease(request: object): Promise<Started> {
    return this.#ask('POST', '/v1/releases', request);
  }

  startHotfix(request: object): Promise<Started> {
    return this.#ask('POST', '/v1/hotfixes', request);
  }

  startRollback(request: object): Promise<Started> {
    return this.#ask('POST', '/v1/rollbacks', request);
  }

  /** Of those that are open, only what a list shows. */
  async openRuns(project: string): Promise<{ id: string; runId: string }[]> {
    const { runs } = await this.#ask<{ runs: { id: string; runId: string; endedAt?: string }[] }>(
      ...(['GET', `/v1/runs?project=${project}`] as const),
    );
    return runs.filter(({ endedAt }) => endedAt === undefined);
  }

  async runs(project: string): Promise<RunView[]> {
    const { runs } = await this.#ask<{ runs: { id: string; runId: string }[] }>('GET', `/v1/runs?project=${project}`);
    return Promise.all(runs.map((run) => this.run(run)));
  }

  run({ id, runId }: { id: string; runId: string }): Promise<RunView> {
    return this.#ask('GET', `/v1/runs/${id}?run=${runId}`);
  }

  /** `what`: sign-offs, checks, decisions, abort … */
  tell(id: string, what: string, body: object): Promise<unknown> {
    return this.#ask('POST', `/v1/runs/${id}/${what}`, body);
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const content = (await answer.json()) as T;
    if (answer.ok) return content;
    throw new Refused({ ...(content as unknown as ApiProblem), status: answer.status });
  }
}
