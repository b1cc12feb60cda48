import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { projectName } from '../config/project-schema.ts';
import { Problem } from '../domain/problem.ts';
import type { Project } from '../domain/project.ts';
import type { Inspection, InspectRequest } from '../domain/run/request.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { nextQuery } from './release-request.ts';
import { readQuery } from './requests.ts';
import type { RunSummary } from './runs-port.ts';

const OPEN_RUNS_SHOWN = 100;
const OVERVIEW_WITHIN_MS = 3_000;
/** An overview that is asked for again and again has each project looked at this often at most. */
const INSPECTION_KEPT_MS = 30_000;

export function projectRoutes(deps: ApiDeps) {
  const projects = createOverviews(deps);
  return new Hono<Caller>()
    .get('/v1/projects', async (c) => {
      await allow(deps.directory, c.var.person, { act: 'look' });
      return c.json({ projects: await projects.all() });
    })
    .get('/v1/projects/:project', async (c) => {
      const name = c.req.param('project');
      await allow(deps.directory, c.var.person, { act: 'look', project: name });
      return c.json(await projects.of(name));
    })
    .get('/v1/projects/:project/next', async (c) => {
      const name = c.req.param('project');
      const query = readQuery(c, nextQuery);
      await allow(deps.directory, c.var.person, { act: 'look', project: name });
      await knownProject(deps, name);
      const answer = await inspectNow(deps, { schema: 1, project: name, ...query });
      if (answer.problem) throw new Problem(answer.problem.code as Problem['code'], answer.problem.message);
      const { problem: _none, ...next } = answer;
      return c.json(next);
    });
}

/** Projects with their open runs, and what git says of their next version, which is asked for now and then. */
export function createOverviews(deps: ApiDeps) {
  const inspections = keptInspections(deps);
  return {
    async all() {
      const names = await deps.directory.projects();
      const { runs } = await deps.runs.list({ openOnly: true, size: OPEN_RUNS_SHOWN });
      return Promise.all(names.map((name) => overview(deps, { name, runs, inspection: inspections.of(name) })));
    },
    async of(name: string) {
      await knownProject(deps, name);
      const { runs } = await deps.runs.list({ project: name, openOnly: true, size: OPEN_RUNS_SHOWN });
      return overview(deps, { name, runs, inspection: inspections.of(name) });
    },
  };
}

export type ProjectOverview = Awaited<ReturnType<typeof overview>>;

/** In a path, a project that is not there is a page that is not there. */
export async function knownProject({ directory }: ApiDeps, name: string): Promise<Project> {
  if (!projectName.safeParse(name).success || !(await directory.projects()).includes(name)) {
    throw new RequestProblem('not-found', `there is no project ${JSON.stringify(name.slice(0, 80))}`);
  }
  return directory.project(name);
}

async function overview(
  { directory }: ApiDeps,
  given: { name: string; runs: readonly RunSummary[]; inspection: Promise<Inspection> },
) {
  const { name, runs, inspection } = given;
  const soon = Promise.race([inspection, tooSlow()]);
  const [project, found] = await Promise.all([directory.project(name).catch(note), soon.catch(note)]);
  const links = { self: `/v1/projects/${name}`, next: `/v1/projects/${name}/next`, runs: `/v1/runs?project=${name}` };
  const openRuns = runs.filter((run) => run.project === name);
  if ('code' in project) return { project: name, problem: project, openRuns, links };
  const { package: packageName, title, repository, policy, branches } = project;
  const versions =
    'code' in found
      ? { current: null, suggested: null, problem: found }
      : { current: found.last, suggested: found.suggested, bump: found.bump, reasons: found.reasons };
  return { project: name, package: packageName, title, repository, policy, branches, ...versions, openRuns, links };
}

/** The inspection goes on, and is there when the overview is asked for again. */
async function tooSlow(): Promise<never> {
  await sleep(OVERVIEW_WITHIN_MS, undefined, { ref: false });
  throw new RequestProblem('worker-silent', 'the project is still being looked at');
}

/** One project's trouble does not hide the others. */
function note(error: unknown): { code: string; message: string; remedy?: string } {
  if (error instanceof Problem) return { code: error.code, message: error.message, remedy: error.remedy };
  if (error instanceof RequestProblem) return { code: error.code, message: error.message };
  throw error;
}

function inspectNow({ runs }: ApiDeps, request: InspectRequest): Promise<Inspection> {
  return runs.inspect(`inspect:${request.project}:${randomUUID()}`, request);
}

function keptInspections(deps: ApiDeps) {
  const kept = new Map<string, { at: number; inspection: Promise<Inspection> }>();
  return {
    of(project: string): Promise<Inspection> {
      const there = kept.get(project);
      if (there && Date.now() - there.at < INSPECTION_KEPT_MS) return there.inspection;
      const inspection = inspectNow(deps, { schema: 1, project });
      kept.set(project, { at: Date.now(), inspection });
      inspection.catch(() => kept.delete(project));
      return inspection;
    },
  };
}
