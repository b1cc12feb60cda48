import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { KnownPerson } from '../config/directory.ts';
import { Problem } from '../domain/problem.ts';
import type { Inspection } from '../domain/run/request.ts';
import { spendsVersion } from '../domain/run/spent.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { type ReleaseRequestBody, releaseRequest } from './release-request.ts';
import { readBody } from './requests.ts';
import type { RunStart } from './runs-port.ts';
import { answerStart, type StartWish } from './starts.ts';

export function releaseRoutes(deps: ApiDeps) {
  return new Hono<Caller>().post('/v1/releases', async (c) => {
    return answerStart(c, deps, await releaseWish(deps, await readBody(c, releaseRequest), c.var.person));
  });
}

export async function releaseWish(deps: ApiDeps, body: ReleaseRequestBody, person: KnownPerson): Promise<StartWish> {
  const { login } = await allow(deps.directory, person, { act: 'start', project: body.project });
  await deps.directory.project(body.project); // a project that is not there or has faults starts nothing
  return {
    route: 'POST /v1/releases',
    project: body.project,
    body,
    version: (requestId) => findVersion(deps, body, requestId),
    run: (given) => startOf({ body, login, ...given }),
    recordsOf: ({ request }) => `release:${request.project}:${request.version}`,
    judge: refuseSpent,
  };
}

async function findVersion(
  { runs }: ApiDeps,
  { project, version, bump, prerelease }: ReleaseRequestBody,
  requestId: string | undefined,
): Promise<{ version: string }> {
  if (version !== undefined) return { version };
  const inspection = await runs.inspect(`inspect:${project}:${requestId ?? randomUUID()}`, {
    schema: 1,
    project,
    ...(bump === undefined ? {} : { bump }),
    ...(prerelease === undefined ? {} : { prerelease }),
  });
  return versionFound(inspection);
}

/** What `inspect` answered, where it found a version to go on with. */
export function versionFound({ next, problem, project }: Inspection): { version: string } {
  if (problem) throw new Problem(problem.code as Problem['code'], problem.message);
  if (next === null) throw new Problem('nothing-to-release', `nothing in ${project} calls for a release`);
  return { version: next };
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

/** What was abandoned half-way may be adopted; what is released needs nothing more. */
export function refuseSpent({ id, request }: RunStart, earlier: readonly Record<string, unknown>[]): void {
  const { project, version } = request;
  const outcomes = earlier.map(({ outcome }) => String(outcome)).filter(spendsVersion);
  const adopting = 'adopt' in request && request.adopt === true;
  const [outcome] = outcomes.filter((one) => !(adopting && one === 'abandoned'));
  if (outcome === undefined) return;
  const ended = `${id.replace(/^plan:/, 'release:')} ended as ${outcome}`;
  if (adopting && outcome === 'released') throw new Problem('nothing-to-adopt', `nothing is left to do: ${ended}`);
  throw new Problem('version-taken', `${version} of ${project} is spent: ${ended}`);
}
