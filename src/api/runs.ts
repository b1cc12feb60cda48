import { Hono } from 'hono';
import { checklistMarkdown } from '../domain/checklist-markdown.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { readRun } from './read-run.ts';
import { readQuery } from './requests.ts';
import { artifactsOf, attachmentHeaders, isDigest } from './run-artifacts.ts';
import { executionOf } from './run-id.ts';
import { listQuery, listRuns } from './run-list.ts';

export function runRoutes(deps: ApiDeps) {
  return new Hono<Caller>()
    .get('/v1/runs', async (c) => {
      const query = readQuery(c, listQuery);
      await allow(deps.directory, c.var.person, { act: 'look', project: query.project });
      return c.json(await listRuns(deps, query));
    })
    .get('/v1/runs/:id', async (c) => {
      const execution = executionOf(c);
      await allow(deps.directory, c.var.person, { act: 'look', project: execution.project });
      return c.json((await readRun(deps, execution)).view);
    })
    .get('/v1/runs/:id/checklist', async (c) => {
      const execution = executionOf(c);
      await allow(deps.directory, c.var.person, { act: 'look', project: execution.project });
      const { state } = await readRun(deps, execution);
      if (!state)
        throw new RequestProblem('worker-silent', `nothing was kept of ${execution.id} yet, and no worker answers`);
      return c.body(checklistMarkdown(state), 200, { 'content-type': 'text/markdown; charset=utf-8' });
    })
    .get('/v1/runs/:id/artifacts/:digest', async (c) => {
      const execution = executionOf(c);
      await allow(deps.directory, c.var.person, { act: 'look', project: execution.project });
      const digest = c.req.param('digest');
      const { state } = await readRun(deps, execution);
      const name = state && isDigest(digest) ? artifactsOf(state).get(digest) : undefined;
      if (name === undefined || !isDigest(digest)) {
        throw new RequestProblem('artifact-unknown', `${execution.id} names no such artifact`);
      }
      const content = await deps.artifacts.bytes(digest);
      return c.body(new Uint8Array(content), 200, attachmentHeaders(name));
    });
}
