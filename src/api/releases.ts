import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { Problem } from '../domain/problem.ts';
import type { Inspection } from '../domain/run/request.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RepeatableRequest } from './idempotency.ts';
import { RequestProblem } from './problems.ts';
import { type ReleaseRequestBody, releaseRequest } from './release-request.ts';
import { idempotencyKey, readBody } from './requests.ts';
import type { RunStart } from './runs-port.ts';

export function releaseRoutes(deps: ApiDeps) {
  return new Hono<Caller>().post('/v1/releases', async (c) => {
    const body = await readBody(c, releaseRequest);
    const { login } = await allow(deps.directory, c.var.person, { act: 'start', project: body.project });
    await deps.directory.project(body.project); // a project that is not there or has faults starts nothing

    const key = idempotencyKey(c);
    const request = key === undefined ? undefined : repeatable(deps, c, key);
    await request?.claimBody(body);
    const find = () => findVersion(deps, body, request);
    const { version } = request ? await request.once('version', find) : await find();
    const start = startOf({ body, version, login, requestKey: request?.id ?? randomUUID() });
    const run = () => startOnce(deps, start);
    const { runId } = request ? await request.once('run', run) : await run();

    const self = `/v1/runs/${start.id}?run=${runId}`;
    c.header('location', self);
    return c.json({ id: start.id, runId, version, links: { self, project: `/v1/projects/${body.project}` } }, 202);
  });
}

function repeatable({ archive }: ApiDeps, c: Context<Caller>, key: string): RepeatableRequest {
  return new RepeatableRequest(archive, { person: c.var.person.login, route: 'POST /v1/releases', key });
}

async function findVersion(
  { runs }: ApiDeps,
  { project, version, bump, prerelease }: ReleaseRequestBody,
  request: RepeatableRequest | undefined,
): Promise<{ version: string }> {
  if (version !== undefined) return { version };
  const inspection = await runs.inspect(`inspect:${project}:${request?.id ?? randomUUID()}`, {
    schema: 1,
    project,
    ...(bump === undefined ? {} : { bump }),
    ...(prerelease === undefined ? {} : { prerelease }),
  });
  return { version: nextVersion(inspection) };
}

function nextVersion({ next, problem, project }: Inspection): string {
  if (problem) throw new Problem(problem.code as Problem['code'], problem.message);
  if (next === null) throw new Problem('nothing-to-release', `nothing in ${project} calls for a release`);
  return next;
}

function startOf(given: { body: ReleaseRequestBody; version: string; login: string; requestKey: string }): RunStart {
  const { body, version, login, requestKey } = given;
  const { adopt, project, dryRun, testOnly } = body;
  return {
    id: `${dryRun ? 'plan' : 'release'}:${project}:${version}`,
    kind: 'release',
    requestKey,
    request: {
      schema: 1,
      project,
      version,
      startedBy: login, // never taken from the body
      ...(dryRun ? { dryRun } : {}),
      ...(testOnly ? { testOnly } : {}),
      ...(adopt ? { adopt } : {}),
      requestId: requestKey,
    },
  };
}

const SPENT = ['released', 'rolled-back', 'abandoned'];

/** A run of this very request is its run, open or ended: the answer to an earlier attempt was lost on its way. */
async function startOnce({ runs, archive }: ApiDeps, start: RunStart): Promise<{ runId: string }> {
  const { project, version } = start.request;
  const release = `release:${project}:${version}`;
  const earlier = (await archive.runs({ idPrefix: release })).filter((run) => run.id === release);
  const own = earlier.find(
    (run) => (run.request as { requestId?: string } | undefined)?.requestId === start.requestKey,
  );
  if (own) return { runId: String(own.runId) };
  refuseSpent(start, earlier);
  const started = await runs.start(start);
  if (started.kind === 'started' || started.requestKey === start.requestKey) return { runId: started.runId };
  const run = { id: start.id, runId: started.runId, links: { self: `/v1/runs/${start.id}?run=${started.runId}` } };
  throw new RequestProblem('run-open', `a run for it is open: ${start.id}`, { members: { run } });
}

/** What was abandoned half-way may be adopted; what is released needs nothing more. */
function refuseSpent({ request }: RunStart, earlier: readonly Record<string, unknown>[]): void {
  const { project, version } = request;
  const outcomes = earlier.map(({ outcome }) => String(outcome)).filter((outcome) => SPENT.includes(outcome));
  const adopting = 'adopt' in request && request.adopt === true;
  const [outcome] = outcomes.filter((one) => !(adopting && one === 'abandoned'));
  if (outcome === undefined) return;
  const ended = `release:${project}:${version} ended as ${outcome}`;
  if (adopting && outcome === 'released') throw new Problem('nothing-to-adopt', `nothing is left to do: ${ended}`);
  throw new Problem('version-taken', `${version} of ${project} is spent: ${ended}`);
}
