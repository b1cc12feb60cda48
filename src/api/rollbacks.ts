import { Hono } from 'hono';
import type { KnownPerson } from '../config/directory.ts';
import { Problem } from '../domain/problem.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { readBody } from './requests.ts';
import { type RollbackRequestBody, rollbackRequest } from './rollback-request.ts';
import type { RunStart } from './runs-port.ts';
import { answerStart, type StartWish } from './starts.ts';

export function rollbackRoutes(deps: ApiDeps) {
  return new Hono<Caller>().post('/v1/rollbacks', async (c) => {
    return answerStart(c, deps, await rollbackWish(deps, await readBody(c, rollbackRequest), c.var.person));
  });
}

export async function rollbackWish(deps: ApiDeps, body: RollbackRequestBody, person: KnownPerson): Promise<StartWish> {
  const { project, version } = body;
  const { login } = await allow(deps.directory, person, { act: 'roll-back', project });
  await deps.directory.project(project); // a project that is not there or has faults starts nothing
  return {
    route: 'POST /v1/rollbacks',
    project,
    body,
    version: async () => ({ version }),
    run: ({ requestKey }) => startOf(body, login, requestKey),
    judge: refuseRolledBack,
  };
}

function startOf(body: RollbackRequestBody, login: string, requestKey: string): RunStart {
  return {
    id: `rollback:${body.project}:${body.version}`,
    kind: 'rollback',
    requestKey,
    request: { schema: 1, ...body, startedBy: login, requestId: requestKey },
  };
}

function refuseRolledBack({ request }: RunStart, earlier: readonly Record<string, unknown>[]): void {
  const done = earlier.find((run) => run.outcome === 'rolled-back');
  if (!done) return;
  const { project, version } = request;
  throw new Problem('rolled-back-already', `${version} of ${project} is rolled back: see ${done.id} (${done.runId})`);
}
