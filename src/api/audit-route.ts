import { Hono } from 'hono';
import { auditQuery, readAudit } from './audit-query.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { readQuery } from './requests.ts';

/** Operators and admins see everybody's entries (of a project, whoever is that there); everybody sees their own. */
export function auditRoutes(deps: ApiDeps) {
  return new Hono<Caller>().get('/v1/audit', async (c) => {
    const query = readQuery(c, auditQuery);
    const { person } = c.var;
    const everybodys = () => allow(deps.directory, person, { act: 'audit', project: query.project });
    if (query.by !== undefined && query.by !== person.login) await everybodys();
    const own = query.by === person.login || (await everybodys().then(() => false, onlyOwn));
    return c.json(await readAudit(deps, own ? { ...query, by: person.login } : query));
  });
}

function onlyOwn(error: unknown): true {
  if (error instanceof RequestProblem && error.code === 'forbidden') return true;
  throw error;
}
