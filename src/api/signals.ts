import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { detailsOf } from '../domain/audit.ts';
import { canonical } from '../domain/run/messages.ts';
import type { Answer, RunState, SignalName } from '../domain/run/state.ts';
import { note } from './audit.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { readRun } from './read-run.ts';
import { idempotencyKey, readBody } from './requests.ts';
import { executionOf, type RunExecution } from './run-id.ts';
import { viewOf } from './run-view.ts';
import type { Execution } from './runs-port.ts';
import { SIGNAL_ROUTES } from './signal-requests.ts';

const ANSWERED_WITHIN_MS = 3_000;
const ASK_AGAIN_MS = 100;

/** Temporal takes a signal without saying what became of it: the run's state does, and its sender is told. */
export function signalRoutes(deps: ApiDeps) {
  const app = new Hono<Caller>();
  for (const { path, name, schema } of SIGNAL_ROUTES) {
    app.post(`/v1/runs/:id/${path}`, async (c) => {
      const execution = executionOf(c);
      const body = await readBody(c, schema);
      const requestId = idempotencyKey(c) ?? randomUUID();
      const answered = await tellRun(c, deps, { execution, name, body, requestId });
      if (!answered)
        return c.json({ id: execution.id, requestId, answer: 'pending', links: { self: c.req.path } }, 202);
      const { answer, state } = answered;
      if (answer.verdict === 'refused') throw refusal(answer, state);
      return c.json(viewOf(state, true), answer.verdict === 'counted' ? 200 : 202);
    });
  }
  return app;
}

/** What a person tells a run by the API or a page, and what became of it; undefined: no worker has looked within the time. */
export async function tellRun(
  c: Context<Caller>,
  deps: ApiDeps,
  { execution, name, body, requestId }: Told,
): Promise<Answered | undefined> {
  note(c, { what: name, key: requestId, details: detailsOf({ ...body }) });
  const { act } = SIGNAL_ROUTES.find((one) => one.name === name)!;
  const asked = typeof act === 'function' ? act(body) : act;
  const { login } = await allow(deps.directory, c.var.person, { act: asked, project: execution.project });
  const payload = { ...body, by: login, requestId }; // who it is never comes from the body
  const answered = await sendSignal(deps, { execution, name, payload });
  const { verdict = 'pending', reason } = answered?.answer ?? {};
  if (verdict !== 'counted') note(c, { verdict, ...(reason === undefined ? {} : { reason }) });
  return answered;
}

interface Told {
  readonly execution: RunExecution;
  readonly name: SignalName;
  /** As its route's schema has it. */
  readonly body: object;
  readonly requestId: string;
}

export async function sendSignal(deps: ApiDeps, sent: Sent): Promise<Answered | undefined> {
  const { execution, name, payload } = sent;
  if (!(await deps.runs.signal(execution, name, payload))) await explainUntaken(deps, execution);
  const answered = await untilAnswered(deps, sent);
  if (answered && answered.answer.body !== canonical(payload)) {
    throw new RequestProblem('idempotency-key-reused', 'this Idempotency-Key was used before with another body');
  }
  return answered;
}

interface Answered {
  readonly answer: Answer;
  readonly state: RunState;
}

async function explainUntaken(deps: ApiDeps, execution: Execution): Promise<never> {
  const { view } = await readRun(deps, execution);
  const members = { run: { id: view.id, runId: view.runId, outcome: view.outcome ?? null } };
  throw new RequestProblem('run-ended', `${view.id} has ended${view.outcome ? `: ${view.outcome}` : ''}`, { members });
}

interface Sent {
  readonly execution: Execution;
  readonly name: SignalName;
  readonly payload: { readonly by: string; readonly requestId: string };
}

/** An answer that is pending waits for the run to know its people. */
async function untilAnswered({ runs }: ApiDeps, { execution, name, payload }: Sent): Promise<Answered | undefined> {
  const key = `${name}:${payload.by}:${payload.requestId}`;
  let last: Answered | undefined;
  for (const until = Date.now() + ANSWERED_WITHIN_MS; Date.now() < until; await sleep(ASK_AGAIN_MS)) {
    const state = await runs.state(execution, until - Date.now());
    if (typeof state === 'string') return last;
    const answer = state.answers[key];
    if (answer) last = { answer, state };
    if (answer && answer.verdict !== 'pending') return last;
  }
  return last;
}

function refusal({ reason = 'it was refused' }: Answer, state: RunState): RequestProblem {
  const { id, runId, status, commit, manifest } = state;
  const members = { run: { id, runId, status, commit: commit ?? null, manifest: manifest?.digest ?? null } };
  return new RequestProblem(status === 'ended' ? 'run-ended' : 'refused', reason, { members });
}
