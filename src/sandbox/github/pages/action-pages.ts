import { existsSync, readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { GithubEnv } from '../world.ts';
import { frame } from './frame.ts';

/** A run of a workflow, with the log of what stood in for its steps. */
export function actionPages(): Hono<GithubEnv> {
  return new Hono<GithubEnv>().get('/:owner/:repo/actions/runs/:run', (c) => {
    const { repository, world } = c.var;
    const run = repository.record.workflowRuns?.find(({ id }) => id === Number(c.req.param('run')));
    if (!run) return c.notFound();
    const file = world.runner.logFile(run.id);
    const log = existsSync(file) ? readFileSync(file, 'utf8') : 'no log yet';
    const told = html`<p>${run.file} on ${run.ref} at ${run.sha}: ${run.conclusion ?? run.status}</p><pre>${log}</pre>`;
    return frame(c, run.title, told);
  });
}
