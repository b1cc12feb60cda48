import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { detailsOf } from '../domain/audit.ts';
import { note } from './audit.ts';
import type { Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RepeatableRequest } from './idempotency.ts';
import { RequestProblem } from './problems.ts';
import { idempotencyKey } from './requests.ts';
import type { RunStart } from './runs-port.ts';

/** A request to start a run: what its version is, which run that makes, and what forbids it. */
export interface StartWish {
  /** As `POST /v1/releases`: a key names one request of one route. */
  readonly route: string;
  readonly project: string;
  readonly body: unknown;
  /** Looked up once under a key; `requestId` stands for the request where something must be asked for it. */
  readonly version: (requestId: string | undefined) => Promise<{ version: string }>;
  readonly run: (given: { version: string; requestKey: string }) => RunStart;
  /** Throws where an earlier run has made this one pointless: these are the records of all of them, the newest first. */
  readonly judge: (start: RunStart, earlier: readonly Record<string, unknown>[]) => void;
  /** The id whose records are looked through, where it is not the run's own. */
  readonly recordsOf?: (start: RunStart) => string;
}

/** Answers where to find the run. */
export async function answerStart(c: Context<Caller>, deps: ApiDeps, wish: StartWish): Promise<Response> {
  const { id, runId, version } = await startRun(c, deps, { wish, key: idempotencyKey(c) });
  const self = `/v1/runs/${id}?run=${runId}`;
  c.header('location', self);
  return c.json({ id, runId, version, links: { self, project: `/v1/projects/${wish.project}` } }, 202);
}

export interface Started {
  readonly id: string;
  readonly runId: string;
  readonly version: string;
}

/** Starts the run once, however often its sender repeats the request under one key. */
export async function startRun(
  c: Context<Caller>,
  deps: ApiDeps,
  { wish, key }: { wish: StartWish; key: string | undefined },
): Promise<Started> {
  const { route } = wish;
  const person = c.var.person.login;
  const request = key === undefined ? undefined : new RepeatableRequest(deps.archive, { person, route, key });
  await request?.claimBody(wish.body);
  const find = () => wish.version(request?.id);
  const { version } = request ? await request.once('version', find) : await find();
  const start = wish.run({ version, requestKey: request?.id ?? randomUUID() });
  note(c, {
    what: `start-${start.kind}`,
    run: start.id,
    project: wish.project,
    key: start.requestKey,
    details: detailsOf({ ...start.request }),
  });
  const run = () => startOnce(deps, start, wish);
  const { runId } = request ? await request.once('run', run) : await run();
  note(c, { runId });
  return { id: start.id, runId, version };
}

/** A run of this very request is its run, open or ended: the answer to an earlier attempt was lost on its way. */
async function startOnce(
  { runs, archive }: ApiDeps,
  start: RunStart,
  { judge, recordsOf = ({ id }) => id }: StartWish,
): Promise<{ runId: string }> {
  const id = recordsOf(start);
  const earlier = (await archive.runs({ idPrefix: id })).filter((run) => run.id === id);
  const own = earlier.find(
    (run) => (run.request as { requestId?: string } | undefined)?.requestId === start.requestKey,
  );
  if (own) return { runId: String(own.runId) };
  judge(start, earlier);
  const started = await runs.start(start);
  if (started.kind === 'started' || started.requestKey === start.requestKey) return { runId: started.runId };
  const run = { id: start.id, runId: started.runId, links: { self: `/v1/runs/${start.id}?run=${started.runId}` } };
  throw new RequestProblem('run-open', `a run for it is open: ${start.id}`, { members: { run } });
}
