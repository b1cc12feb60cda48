import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { needs } from '../access.ts';
import type { WorkflowRunRecord } from '../actions/run-record.ts';
import { shortRef } from '../actions/runner.ts';
import { titleOf, type WorkflowAt, workflowAt } from '../actions/workflow-at.ts';
import { readBody } from '../body.ts';
import { store } from '../change.ts';
import { isoSeconds, readCommit } from '../git/objects.ts';
import { findRef, resolveCommit } from '../git/refs.ts';
import { pageOf } from '../paging.ts';
import { notFound, refuse } from '../refusals.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import {
  artifactShape,
  jobShape,
  runPage,
  runUrl,
  workflowId,
  workflowRunShape,
  workflowShape,
} from '../shapes/workflow.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT = '/repos/:owner/:repo/actions';
const MOST_INPUTS = 25;

/** Workflows that are dispatched, their runs, and what these leave behind. */
export function actionRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT}/workflows/:workflow`, async (c) =>
      c.json(workflowShape(c.var.world, c.var.repository, await namedWorkflow(c))),
    )
    .post(`${AT}/workflows/:workflow/dispatches`, needs('write'), dispatch)
    .get(`${AT}/workflows/:workflow/runs`, async (c) => {
      const { world, repository } = c.var;
      const { file } = await namedWorkflow(c);
      const since = /^>=(.+)$/.exec(c.req.query('created') ?? '')?.[1] ?? '';
      const [event, sha] = [c.req.query('event') ?? 'workflow_dispatch', c.req.query('head_sha')];
      const runs = runsOf(c)
        .filter((run) => run.file === file && event === 'workflow_dispatch' && run.createdAt >= since)
        .filter((run) => sha === undefined || run.sha === sha)
        .reverse();
      const address = `${repositoryUrl(world, repository)}/actions/workflows/${workflowId(repository, file)}/runs`;
      const shown = await Promise.all(pageOf(c, runs, address).map((run) => withCommit(c, run)));
      return c.json({ total_count: runs.length, workflow_runs: shown });
    })
    .get(`${AT}/runs/:run`, async (c) => c.json(await withCommit(c, namedRun(c))))
    .get(`${AT}/runs/:run/jobs`, (c) =>
      c.json({ total_count: 1, jobs: [jobShape(c.var.world, c.var.repository, namedRun(c))] }),
    )
    .get(`${AT}/runs/:run/artifacts`, (c) => {
      const { world, repository } = c.var;
      const run = namedRun(c);
      const page = pageOf(c, run.artifacts, `${runUrl(world, repository, run.id)}/artifacts`);
      const artifacts = page.map((artifact) => artifactShape(world, repository, { run, artifact }));
      return c.json({ total_count: run.artifacts.length, artifacts });
    })
    .get(`${AT}/artifacts/:artifact/:format`, needs('read'), (c) => {
      const id = Number(c.req.param('artifact'));
      const known = runsOf(c).some(({ artifacts }) => artifacts.some((artifact) => artifact.id === id));
      if (!known || c.req.param('format') !== 'zip') throw notFound();
      return c.redirect(`${c.var.world.html}/_actions/artifacts/${id}.zip`, 302);
    })
    .post(`${AT}/runs/:run/cancel`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const run = namedRun(c);
      const target = `${repository.fullName} ${run.file}`;
      await store(c, { action: 'cancel-workflow-run', target }, () => {
        if (run.status === 'completed') throw refuse(409, 'Cannot cancel a workflow run that is completed.');
        return () => world.runner.cancel(run.id);
      });
      return c.json({}, 202);
    });
}

/** Archives are on another host of GitHub's, to which no token goes. */
export function artifactRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>().get('/_actions/artifacts/:file', (c) => {
    const id = /^(\d+)\.zip$/.exec(c.req.param('file'))?.[1];
    if (id === undefined) return c.notFound();
    const stream = createReadStream(c.var.world.runner.artifactFile(Number(id)));
    return c.body(Readable.toWeb(stream) as globalThis.ReadableStream, 200, { 'content-type': 'application/zip' });
  });
}

async function dispatch(c: Ctx): Promise<Response> {
  const { world, repository, caller } = c.var;
  const body = await readBody(c);
  const { file } = await namedWorkflow(c);
  const given = body.text('ref');
  const ref = await fullRef(c, given);
  const sha = ref && (await resolveCommit(repository.git, ref.replace(/^refs\//, '')));
  const workflow = sha ? await workflowAt(repository, sha, file) : undefined;
  if (!ref || !sha || !workflow) throw refuse(422, `No ref found for: ${given}`);
  const inputs = inputsFor(workflow, fields(await c.req.json()));
  const run: WorkflowRunRecord = {
    ...{ id: 0, number: 0, file, ref, sha, inputs, actor: caller!.account.login },
    ...{ name: workflow.name, title: titleOf(workflow, inputs, shortRef(ref)), job: workflow.jobs[0]?.name ?? 'job' },
    ...{ status: 'queued', conclusion: null, artifacts: [] },
    ...{ createdAt: isoSeconds(new Date()), updatedAt: isoSeconds(new Date()), startedAt: isoSeconds(new Date()) },
  };
  await store(c, { action: 'dispatch-workflow', target: `${repository.fullName} ${file}` }, () => () => {
    const runs = runsOf(c);
    Object.assign(run, { id: repository.newId(), number: runs.filter((one) => one.file === file).length + 1 });
    repository.record.workflowRuns = [...runs, run];
    world.runner.begin(world, repository, { run, workflow });
  });
  if (body.flag('return_run_details') !== true) return c.body(null, 204);
  return c.json({
    workflow_run_id: run.id,
    run_url: runUrl(world, repository, run.id),
    html_url: runPage(world, repository, run.id),
  });
}

/** What is not declared is refused, what is demanded and not given as well; the rest has its default. */
function inputsFor({ inputs }: WorkflowAt, { inputs: asked }: Record<string, unknown>): Record<string, string> {
  if (inputs === null) throw refuse(422, "Workflow does not have 'workflow_dispatch' trigger");
  const given = fields(asked ?? {});
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  if (unexpected.length > 0) throw refuse(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  if (Object.keys(given).length > MOST_INPUTS) throw refuse(422, `you may only define up to ${MOST_INPUTS} inputs`);
  const entries = Object.entries(inputs).map(([name, input]) => {
    const value = given[name] === undefined ? input.default : String(given[name]);
    if (input.required && value === '') throw refuse(422, `Required input '${name}' not provided`);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

async function fullRef({ var: { repository } }: Ctx, given: string): Promise<string | undefined> {
  const names = given.startsWith('refs/') ? [given] : [`refs/heads/${given}`, `refs/tags/${given}`];
  for (const name of names) if (await findRef(repository.git, name)) return name;
  return undefined;
}

/** By its file or its number; GitHub knows those of the default branch. */
async function namedWorkflow(c: Ctx): Promise<WorkflowAt> {
  const { repository } = c.var;
  const asked = c.req.param('workflow') ?? '';
  const commit = await resolveCommit(repository.git, repository.record.defaultBranch);
  const byNumber = runsOf(c).find(({ file }) => String(workflowId(repository, file)) === asked)?.file;
  const found = commit && (await workflowAt(repository, commit, byNumber ?? asked));
  if (!found) throw notFound();
  return found;
}

function namedRun(c: Ctx): WorkflowRunRecord {
  const run = runsOf(c).find(({ id }) => id === Number(c.req.param('run')));
  if (!run) throw notFound();
  return run;
}

function runsOf({ var: { repository } }: Ctx): WorkflowRunRecord[] {
  return repository.record.workflowRuns ?? [];
}

async function withCommit(c: Ctx, run: WorkflowRunRecord) {
  return workflowRunShape(c.var.world, c.var.repository, run, await readCommit(c.var.repository.git, run.sha));
}
