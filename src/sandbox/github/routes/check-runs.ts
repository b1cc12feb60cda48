import { Hono, type MiddlewareHandler } from 'hono';
import { needs } from '../access.ts';
import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { newestCheckRuns } from '../commit-checks.ts';
import { happened } from '../events.ts';
import { isoSeconds, readCommit } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import type { CheckRunRecord } from '../record.ts';
import { notFound, refuse } from '../refusals.ts';
import { checkRunShape, checkSuiteShape } from '../shapes/check-run.ts';
import { commitUrl } from '../shapes/commit.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { namedCommit } from './commits.ts';

const AT_REPOSITORY = '/repos/:owner/:repo';
const STATUSES = ['queued', 'in_progress', 'completed'] as const;
const CONCLUSIONS = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'] as const;

export function checkRunRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_REPOSITORY}/commits/:ref/check-runs`, async (c) => {
      const { world, repository } = c.var;
      const { sha } = await namedCommit(c, c.req.param('ref'));
      const all = repository.record.checkRuns.filter((run) => run.sha === sha);
      const runs = c.req.query('filter') === 'all' ? all : newestCheckRuns(repository.record, sha);
      return c.json(runList(c, runs, `${commitUrl(world, repository, sha)}/check-runs`));
    })
    .get(`${AT_REPOSITORY}/commits/:ref/check-suites`, async (c) => {
      const { world, repository } = c.var;
      const commit = await namedCommit(c, c.req.param('ref'));
      const runs = repository.record.checkRuns.filter((run) => run.sha === commit.sha);
      const ids = [...new Set(runs.map((run) => run.suite))];
      const suites = pageOf(c, ids, `${commitUrl(world, repository, commit.sha)}/check-suites`).map((id) =>
        checkSuiteShape(
          world,
          repository,
          runs.filter((run) => run.suite === id),
          commit,
        ),
      );
      return c.json({ total_count: ids.length, check_suites: suites });
    })
    .get(`${AT_REPOSITORY}/check-suites/:suite`, async (c) => {
      const { world, repository } = c.var;
      const runs = suiteRuns(c);
      return c.json(checkSuiteShape(world, repository, runs, (await readCommit(repository.git, runs[0]!.sha))!));
    })
    .get(`${AT_REPOSITORY}/check-suites/:suite/check-runs`, (c) => {
      const { world, repository } = c.var;
      const address = `${repositoryUrl(world, repository)}/check-suites/${c.req.param('suite')}/check-runs`;
      return c.json(runList(c, suiteRuns(c), address));
    })
    .get(`${AT_REPOSITORY}/check-runs/:run`, (c) => c.json(checkRunShape(c.var.world, c.var.repository, namedRun(c))))
    .post(`${AT_REPOSITORY}/check-runs`, needs('write'), appOnly, async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const name = body.text('name');
      const { sha } = await namedCommit(c, body.text('head_sha'));
      const target = `${repository.fullName} ${sha} ${name}`;
      const run = await store(c, { action: 'create-check-run', target }, () => () => {
        const run = newRun(c, name, sha, body);
        repository.record.checkRuns.push(run);
        happened(c, 'check_run', 'created', { check_run: checkRunShape(world, repository, run) });
        return run;
      });
      return c.json(checkRunShape(world, repository, run), 201);
    })
    .patch(`${AT_REPOSITORY}/check-runs/:run`, needs('write'), appOnly, async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const { name, sha } = namedRun(c);
      const target = `${repository.fullName} ${sha} ${name}`;
      const run = await store(c, { action: 'update-check-run', target }, () => () => {
        const run = namedRun(c);
        Object.assign(run, progress(body, run));
        const action = run.status === 'completed' ? 'completed' : 'created';
        happened(c, 'check_run', action, { check_run: checkRunShape(world, repository, run) });
        return run;
      });
      return c.json(checkRunShape(world, repository, run));
    });
}

const appOnly: MiddlewareHandler<GithubEnv> = async (c, next) => {
  if (c.var.caller?.account.type !== 'Bot') throw refuse(403, 'You must authenticate via a GitHub App.');
  await next();
};

function runList(c: Ctx, runs: readonly CheckRunRecord[], address: string) {
  const { world, repository } = c.var;
  const named = c.req.query('check_name');
  const wanted = runs.filter((run) => named === undefined || run.name === named);
  const shapes = pageOf(c, wanted, address).map((run) => checkRunShape(world, repository, run));
  return { total_count: wanted.length, check_runs: shapes };
}

function namedRun(c: Ctx): CheckRunRecord {
  const run = c.var.repository.record.checkRuns.find((each) => each.id === Number(c.req.param('run')));
  if (!run) throw notFound();
  return run;
}

function suiteRuns(c: Ctx): CheckRunRecord[] {
  const runs = c.var.repository.record.checkRuns.filter((each) => each.suite === Number(c.req.param('suite')));
  if (runs.length === 0) throw notFound();
  return runs;
}

function newRun(c: Ctx, name: string, sha: string, body: Body): CheckRunRecord {
  const { repository, caller } = c.var;
  const app = caller!.account.login;
  const suite = repository.record.checkRuns.find((run) => run.sha === sha && run.app === app)?.suite;
  const blank: CheckRunRecord = {
    id: repository.newId(),
    suite: suite ?? repository.newId(),
    name,
    sha,
    status: 'queued',
    conclusion: null,
    externalId: body.maybeText('external_id') ?? '',
    detailsUrl: body.maybeText('details_url') ?? null,
    title: null,
    summary: null,
    text: null,
    app,
    startedAt: body.maybeText('started_at') ?? isoSeconds(new Date()),
    completedAt: null,
  };
  return { ...blank, ...progress(body, blank) };
}

/** A conclusion completes a run. */
function progress(body: Body, run: CheckRunRecord): Partial<CheckRunRecord> {
  const conclusion = body.choice('conclusion', CONCLUSIONS) ?? run.conclusion;
  const status = conclusion === null ? (body.choice('status', STATUSES) ?? run.status) : 'completed';
  if (status === 'completed' && conclusion === null)
    throw refuse(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.');
  const output = body.object('output');
  const completed = body.maybeText('completed_at') ?? run.completedAt ?? isoSeconds(new Date());
  return {
    status,
    conclusion,
    completedAt: status === 'completed' ? completed : null,
    title: output?.maybeText('title') ?? run.title,
    summary: output?.maybeText('summary') ?? run.summary,
    text: output?.maybeText('text') ?? run.text,
  };
}
