import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { Caller } from '../api/authentication.ts';
import type { PageService, Pages, StartKind } from '../api/for-pages.ts';
import { answerIn, filledIn, startIn } from './forms.ts';
import { homePage } from './home.ts';
import { page } from './layout.ts';
import { problemPage } from './problem.ts';
import { projectPage, projectsPage } from './project.ts';
import { runPage } from './run.ts';
import { filterOf, runsPage } from './runs.ts';
import { scheduleIn } from './schedules.ts';
import { signInPage } from './sign-in.ts';
import { startPage } from './start.ts';
import { kindOf, runPath } from './words.ts';

/** Seconds after which a list is looked at again; a run tells of itself. */
const LOOK_AGAIN = 10;
const ASSETS = `${import.meta.dirname}/assets/`;
const KINDS: readonly string[] = ['release', 'hotfix', 'rollback'] satisfies StartKind[];

type Kinded = Context<Caller, '/start/:kind'>;

/** The pages, over the same reads, starts and signals as the API. Who asks is known before they get here. */
export function createPages(service: PageService): Pages {
  const pages = new Hono<Caller>();

  pages.get(
    '/assets/*',
    briefly,
    serveStatic({ root: ASSETS, rewriteRequestPath: (path) => path.replace('/assets/', '/') }),
  );

  pages.get('/sign-in', async (c) => {
    const body = signInPage(c, { oidc: await service.hasOidc() });
    return page(c, { title: 'Sign in', body });
  });

  pages.get('/', async (c) => {
    const body = homePage(await service.home(c.var.person), new Date());
    return page(c, { title: 'Waiting for me', body, live: { every: LOOK_AGAIN } });
  });

  pages.get('/runs', async (c) => {
    const filter = filterOf(c.req.query());
    const [list, projects] = await Promise.all([
      service.runs(c.var.person, filter),
      service.projectsFor(c.var.person, 'look'),
    ]);
    const body = runsPage(list, { filter, projects, now: new Date() });
    return page(c, { title: 'Runs', body, live: { every: LOOK_AGAIN } });
  });

  pages.get('/runs/:id', async (c) => {
    const shown = await service.run(c.var.person, c.req.param('id'), c.req.query('run'));
    const { view } = shown;
    const title = `${kindOf(view)} of ${view.project} ${view.version}, ${view.outcome ?? view.status}`;
    const live = { events: `/v1/runs/${view.id}/events?run=${view.runId}` };
    return page(c, { title, body: runPage(c, shown, new Date()), ...(view.status === 'ended' ? {} : { live }) });
  });

  pages.post('/runs/:id/:what', async (c, next) => {
    const fields = filledIn(await c.req.parseBody());
    const told = answerIn(c.req.param('what'), fields);
    if (!told) return next();
    const execution = { id: c.req.param('id'), ...(fields.run === undefined ? {} : { runId: fields.run }) };
    const { runId } = await service.tell(c, execution, told);
    return c.redirect(`${runPath({ id: execution.id, runId })}&told=${told.name}:${told.requestId}#main`, 303);
  });

  pages.get('/start', (c) => c.redirect('/start/release', 302));

  pages.get('/start/:kind', async (c, next) => {
    const kind = kindIn(c);
    if (!kind) return next();
    const projects = await service.projectsFor(c.var.person, kind === 'rollback' ? 'roll-back' : 'start');
    return page(c, { title: `Start a ${kind}`, body: startPage(c, { kind, projects }) });
  });

  pages.post('/start/:kind', async (c, next) => {
    const kind = kindIn(c);
    if (!kind) return next();
    const asked = startIn(kind, filledIn(await c.req.parseBody()));
    return c.redirect(runPath(await service.start(c, kind, asked)), 303);
  });

  pages.get('/projects', async (c) =>
    page(c, {
      title: 'Projects',
      body: projectsPage(await service.projects(c.var.person), new Date()),
      live: { every: LOOK_AGAIN },
    }),
  );

  pages.get('/projects/:project', async (c) => {
    const shown = await service.project(c.var.person, c.req.param('project'));
    const body = projectPage(c, shown, new Date());
    return page(c, { title: shown.overview.project, body, live: { every: LOOK_AGAIN } });
  });

  pages.post('/projects/:project/schedules/:name/:what', async (c, next) => {
    const path = c.req.param();
    const told = await service.schedule(c, path, scheduleIn(filledIn(await c.req.parseBody()), path.what));
    return told ? c.redirect(`/projects/${told.project}#schedules`, 303) : next();
  });

  return {
    routes: pages,
    problem(c, described) {
      const body = problemPage(described, c.get('requestId'));
      return page(c, { title: 'Problem', body, status: described.status });
    },
  };
}

/** An upgrade is seen soon, and a page's parts are not fetched anew with every click. */
const briefly: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('cache-control', 'public, max-age=60');
};

function kindIn(c: Kinded): StartKind | undefined {
  const kind = c.req.param('kind');
  return KINDS.includes(kind) ? (kind as StartKind) : undefined;
}
