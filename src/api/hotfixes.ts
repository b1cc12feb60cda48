import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { KnownPerson } from '../config/directory.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { type HotfixRequestBody, hotfixRequest } from './hotfix-request.ts';
import { refuseSpent, versionFound } from './releases.ts';
import { readBody } from './requests.ts';
import type { RunStart } from './runs-port.ts';
import { answerStart, type StartWish } from './starts.ts';

export function hotfixRoutes(deps: ApiDeps) {
  return new Hono<Caller>().post('/v1/hotfixes', async (c) => {
    return answerStart(c, deps, await hotfixWish(deps, await readBody(c, hotfixRequest), c.var.person));
  });
}

export async function hotfixWish(deps: ApiDeps, body: HotfixRequestBody, person: KnownPerson): Promise<StartWish> {
  const { login } = await allow(deps.directory, person, { act: 'start', project: body.project });
  await deps.directory.project(body.project); // a project that is not there or has faults starts nothing
  return {
    route: 'POST /v1/hotfixes',
    project: body.project,
    body,
    version: (requestId) => findVersion(deps, body, requestId),
    run: (given) => startOf({ body, login, ...given }),
    judge: refuseSpent,
  };
}

/** The next patch of main, or of the older line. */
async function findVersion(
  { runs }: ApiDeps,
  { project, base, version }: HotfixRequestBody,
  requestId: string | undefined,
): Promise<{ version: string }> {
  if (version !== undefined) return { version };
  const id = `inspect:${project}:${requestId ?? randomUUID()}`;
  return versionFound(await runs.inspect(id, { schema: 1, project, hotfix: { base: base ?? null } }));
}

function startOf(given: { body: HotfixRequestBody; version: string; login: string; requestKey: string }): RunStart {
  const { body, version, login, requestKey } = given;
  return {
    id: `hotfix:${body.project}:${version}`,
    kind: 'hotfix',
    requestKey,
    request: { schema: 1, ...body, version, startedBy: login, requestId: requestKey },
  };
}
