import { randomUUID } from 'node:crypto';
import { RequestProblem } from '../../src/api/problems.ts';
import type { Execution, RunFilter, RunStart, RunSummary, Runs } from '../../src/api/runs-port.ts';
import { type Heard, hear } from '../../src/domain/run/github-word.ts';
import type { MonitorState } from '../../src/domain/run/monitor.ts';
import { receive } from '../../src/domain/run/receive.ts';
import type { Inspection } from '../../src/domain/run/request.ts';
import { type Frozen, openState, type RunState, type SignalName } from '../../src/domain/run/state.ts';

/** Runs in memory, with the real rules for signals: what a worker would answer, without Temporal. */
export class FakeRuns implements Runs {
  readonly open = new Map<string, { state: RunState; requestKey: string }>();
  readonly closed: RunState[] = [];
  readonly started: RunStart[] = [];
  readonly woken: Execution[] = [];
  readonly inspected: string[] = [];
  readonly monitors = new Map<string, MonitorState>();
  inspection: Partial<Inspection> = {};
  /** Is a worker there? */
  silent = false;
  /** Signals arrive, and nobody looks at them. */
  deaf = false;
  reachable = true;
  readonly #frozen: () => Promise<Frozen>;

  constructor(frozen: () => Promise<Frozen>) {
    this.#frozen = frozen;
  }

  async start(start: RunStart) {
    this.#reach();
    const frozen = await this.#frozen();
    const there = this.open.get(start.id);
    if (there) return { kind: 'open' as const, runId: there.state.runId, requestKey: there.requestKey };
    this.started.push(start);
    const runId = randomUUID();
    const state = openState({
      id: start.id,
      runId,
      kind: start.kind,
      request: start.request,
      now: new Date().toISOString(),
    });
    state.frozen = frozen;
    this.open.set(start.id, { state, requestKey: start.requestKey });
    return { kind: 'started' as const, runId };
  }

  async signal({ id }: Execution, name: SignalName, payload: object) {
    this.#reach();
    const run = this.open.get(id);
    if (run && !this.deaf) receive(run.state, name, payload, new Date().toISOString());
    return run !== undefined;
  }

  async wake(execution: Execution) {
    this.woken.push(execution);
  }

  async heard({ id }: Execution, what: Omit<Heard, 'at'>) {
    this.#reach();
    const run = this.open.get(id);
    if (run) hear(run.state, what, new Date().toISOString());
  }

  async state({ id, runId }: Execution) {
    if (this.silent || !this.reachable) return 'silent' as const;
    const found = this.#all().find((state) => state.id === id && (runId === undefined || state.runId === runId));
    return found ? structuredClone(found) : ('unknown' as const);
  }

  async monitor(workflowId: string) {
    return this.monitors.get(workflowId);
  }

  async describe({ id, runId }: Execution) {
    this.#reach();
    const found = this.#all().find((state) => state.id === id && (runId === undefined || state.runId === runId));
    return found && summaryOf(found);
  }

  async list({ project, size, after, openOnly }: RunFilter) {
    this.#reach();
    const from = Number(after ?? 0);
    const all = (openOnly ? [...this.open.values()].map(({ state }) => state) : this.#all())
      .filter((state) => project === undefined || state.project === project)
      .map(summaryOf);
    const runs = all.slice(from, from + size);
    return from + size < all.length ? { runs, next: String(from + size) } : { runs };
  }

  async known(runIds: readonly string[]) {
    return new Set(runIds.filter((runId) => this.#all().some((state) => state.runId === runId)));
  }

  async inspect(id: string): Promise<Inspection> {
    this.#reach();
    this.inspected.push(id);
    const found = {
      last: '1.0.0',
      base: '1.0.0',
      bump: 'minor' as const,
      suggested: '1.1.0',
      next: '1.1.0',
      reasons: ['feat'],
    };
    return { project: 'sample', package: 'sample', ...found, ...this.inspection };
  }

  async ready() {
    this.#reach();
  }

  #all(): RunState[] {
    return [...[...this.open.values()].map(({ state }) => state), ...this.closed];
  }

  #reach() {
    if (!this.reachable) throw new RequestProblem('temporal-unreachable', 'Temporal did not answer within 5 s');
  }
}

export function summaryOf(state: RunState): RunSummary {
  const { id, runId, kind, project, version, phase, status, startedAt, endedAt, outcome } = state;
  const ended = { ...(endedAt ? { endedAt } : {}), ...(outcome ? { outcome } : {}) };
  const waitingFor = state.waitingFor.flatMap((one) => one.for);
  return { id, runId, kind, project, version, phase, status, waitingFor, startedAt, ...ended };
}
