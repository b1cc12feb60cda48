import { Hono } from 'hono';
import { refusalByRole } from '../domain/authority.ts';
import { auditQuery, readAudit } from './audit-query.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { readQuery } from './requests.ts';

/** Operators and admins see everybody's entries (of a project, whoever is that there); everybody sees their own. */
export function auditRoutes(deps: ApiDeps) {
  return new Hono<Caller>().get('/v1/audit', async (c) => {
    const query = readQuery(c, auditQuery);
    const { person } = c.var;
    const there = (await deps.directory.person(person.login, query.project)) ?? person;
    const own = query.by === undefined || query.by === person.login;
    if (refusalByRole(there, 'audit') !== undefined && own) {
      return c.json(await readAudit(deps, { ...query, by: person.login }));
    }
    await allow(deps.directory, person, { act: 'audit', project: query.project });
    return c.json(await readAudit(deps, query));
  });
}
