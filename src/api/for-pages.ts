import type { Context, Hono } from 'hono';
import type { KnownPerson } from '../config/directory.ts';
import { projectName } from '../config/project-schema.ts';
import type { Act } from '../domain/authority.ts';
import { type Dora, doraOf, type Record as RunRecord } from '../domain/dora.ts';
import { NOTHING, type Possible, possibleFor } from '../domain/run/possible.ts';
import type { ArtifactRef, RunState } from '../domain/run/state.ts';
import { type TimeSpent, timeSpent } from '../domain/run/times.ts';
import type { ScheduleView } from './answers/schedule-answer.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { createHome, type Home } from './home.ts';
import { hotfixRequest } from './hotfix-request.ts';
import { hotfixWish } from './hotfixes.ts';
import { type Described, RequestProblem } from './problems.ts';
import { createOverviews, type ProjectOverview } from './projects.ts';
import { readRun } from './read-run.ts';
import { releaseRequest } from './release-request.ts';
import { releaseWish } from './releases.ts';
import { judged } from './requests.ts';
import { rollbackRequest } from './rollback-request.ts';
import { rollbackWish } from './rollbacks.ts';
import { executionFrom, type RunExecution } from './run-id.ts';
import { listQuery, listRuns } from './run-list.ts';
import type { RunView } from './run-view.ts';
import type { RunSummary } from './runs-port.ts';
import { scheduleRequest } from './schedule-request.ts';
import { schedulesOf } from './schedule-views.ts';
import { keyOf, tellSchedule } from './schedules.ts';
import { controlRequest, SIGNAL_ROUTES } from './signal-requests.ts';
import { tellRun } from './signals.ts';
import { type Started, type StartWish, startRun } from './starts.ts';

const DORA_DAYS = 180;
const HISTORY = 30;
const LONGEST_TEXT = 200_000;

export interface RunPage {
  readonly view: RunView;
  /** Nothing where neither its worker nor the archive told. */
  readonly state?: RunState;
  readonly possible: Possible;
  readonly spent: TimeSpent;
  /** What the person may begin in this project. */
  readonly mayStart: boolean;
  readonly diff?: string;
  readonly notes?: string;
  readonly temporalUi?: string;
}

export interface ProjectPage {
  readonly overview: ProjectOverview;
  readonly runs: readonly RunSummary[];
  readonly dora: Dora;
  /** Of the newest runs that ended, the newest first. */
  readonly spent: readonly {
    readonly id: string;
    readonly runId: string;
    readonly version: string;
    readonly spent: TimeSpent;
  }[];
  /** null: Temporal does not answer. */
  readonly schedules: readonly ScheduleView[] | null;
  readonly may: { readonly start: boolean; readonly rollBack: boolean; readonly schedule: boolean };
}

/** What pages read and do: the API's own reads, starts and signals, for a person instead of a request. */
export interface PageService {
  /** May people sign in at an identity provider? */
  hasOidc(): Promise<boolean>;
  home(person: KnownPerson): Promise<Home>;
  runs(person: KnownPerson, query: Readonly<Record<string, string>>): Promise<{ runs: RunSummary[]; next?: string }>;
  run(person: KnownPerson, id: string, runId?: string): Promise<RunPage>;
  /** Tells a run something by the signal of that name; what became of it is in the run's answers under the key. */
  tell(c: Context<Caller>, execution: { id: string; runId?: string }, told: Told): Promise<{ runId: string }>;
  start(c: Context<Caller>, kind: StartKind, asked: { body: object; key: string }): Promise<Started>;
  /** Of those projects in which the person may do it. */
  projectsFor(person: KnownPerson, act: Act): Promise<string[]>;
  projects(person: KnownPerson): Promise<ProjectOverview[]>;
  project(person: KnownPerson, name: string): Promise<ProjectPage>;
  /** Changes, pauses or resumes a schedule; undefined: there is no such thing to do. */
  schedule(c: Context<Caller>, path: SchedulePath, body: object): Promise<ScheduleView | undefined>;
}

/** What the dashboard makes of it: routes, and a page for what went wrong. */
export interface Pages {
  readonly routes: Hono<Caller>;
  problem(c: Context<Caller>, described: Described): Response | Promise<Response>;
}

export type SchedulePath = Readonly<Record<'project' | 'name' | 'what', string>>;

export type StartKind = 'release' | 'hotfix' | 'rollback';

export interface Told {
  readonly name: (typeof SIGNAL_ROUTES)[number]['name'];
  readonly body: object;
  readonly requestId: string;
}

export function forPages(deps: ApiDeps): PageService {
  const { directory, archive, artifacts, now = () => new Date() } = deps;
  const overviews = createOverviews(deps);
  const home = createHome(deps);

  const looking = async (person: KnownPerson, execution: RunExecution) =>
    allow(directory, person, { act: 'look', project: execution.project });

  return {
    hasOidc: async () => (await directory.oidc()) !== undefined,

    async home(person) {
      await allow(directory, person, { act: 'look' });
      return home(person);
    },

    async runs(person, query) {
      const read = judged(listQuery, query, 'the filter');
      await allow(directory, person, { act: 'look', project: read.project });
      return listRuns(deps, read);
    },

    async run(person, id, runId) {
      const execution = executionFrom(id, runId);
      const { login, roles } = await looking(person, execution);
      const { view, state } = await readRun(deps, execution);
      const [diff, notes, temporalUi, mayStart] = await Promise.all([
        text(view.diff ?? view.plan?.diff),
        text(view.notes),
        directory.temporalUi(),
        may(person, 'start', execution.project),
      ]);
      return {
        view,
        possible: state && view.live ? possibleFor(state, login, roles) : NOTHING,
        spent: timeSpent(view, now().toISOString()),
        mayStart,
        ...(state ? { state } : {}),
        ...(diff === undefined ? {} : { diff }),
        ...(notes === undefined ? {} : { notes }),
        ...(temporalUi === undefined ? {} : { temporalUi: `${temporalUi}/workflows/${view.id}/${view.runId}` }),
      };
    },

    async tell(c, { id, runId }, { name, body, requestId }) {
      const execution = executionFrom(id, runId);
      const { schema } = SIGNAL_ROUTES.find((one) => one.name === name)!;
      const read = judged(schema, body, 'the form');
      const answered = await tellRun(c, deps, { execution, name, body: read, requestId });
      return { runId: answered?.state.runId ?? runId ?? (await readRun(deps, execution)).view.runId };
    },

    async start(c, kind, { body, key }) {
      const { person } = c.var;
      const begin = (wish: StartWish) => startRun(c, deps, { wish, key });
      if (kind === 'hotfix') return begin(await hotfixWish(deps, form(hotfixRequest, body), person));
      if (kind === 'rollback') return begin(await rollbackWish(deps, form(rollbackRequest, body), person));
      return begin(await releaseWish(deps, form(releaseRequest, body), person));
    },

    async projectsFor(person, act) {
      const names = await directory.projects();
      const those = await Promise.all(names.map((name) => may(person, act, name)));
      return names.filter((_, index) => those[index]);
    },

    async projects(person) {
      await allow(directory, person, { act: 'look' });
      return overviews.all();
    },

    async project(person, name) {
      if (!projectName.safeParse(name).success)
        throw new RequestProblem('not-found', `there is no project ${name.slice(0, 80)}`);
      await allow(directory, person, { act: 'look', project: name });
      const overview = await overviews.of(name);
      const [start, rollBack, schedule, schedules, { runs }, records] = await Promise.all([
        may(person, 'start', name),
        may(person, 'roll-back', name),
        may(person, 'schedule', name),
        schedulesOf(deps.schedules, name).catch(unlessReachable),
        listRuns(deps, { project: name, limit: String(HISTORY) }),
        archive.runs({ project: name }) as unknown as Promise<RunState[]>,
      ]);
      const time = now().toISOString();
      const ended = records.filter((run) => run.endedAt !== undefined && !run.id.startsWith('plan:'));
      return {
        overview,
        runs,
        dora: doraOf(records.filter(isTold), { now: time, days: DORA_DAYS }),
        spent: ended
          .slice(0, 8)
          .map((run) => ({ id: run.id, runId: run.runId, version: run.version, spent: timeSpent(run, time) })),
        schedules,
        may: { start, rollBack, schedule },
      };
    },

    async schedule(c, { project, name, what }, body) {
      if (what !== 'change' && what !== 'pause' && what !== 'resume') return undefined;
      const key = keyOf({ project, name });
      if (what === 'change') return tellSchedule(c, deps, { key, what, body: form(scheduleRequest, body) });
      return tellSchedule(c, deps, { key, what, body: form(controlRequest, body) });
    },
  };

  async function may(person: KnownPerson, act: Act, project: string): Promise<boolean> {
    return allow(directory, person, { act, project }).then(() => true, isForbidden);
  }

  /** A diff or notes, as far as a page takes them; what the store lost is no reason to show no page. */
  async function text(artifact: ArtifactRef | undefined): Promise<string | undefined> {
    if (!artifact) return undefined;
    const bytes = await artifacts.bytes(artifact.digest).catch(() => undefined);
    return bytes && Buffer.from(bytes.subarray(0, LONGEST_TEXT)).toString('utf8');
  }
}

function form<S extends Parameters<typeof judged>[0]>(schema: S, body: object) {
  return judged(schema, body, 'the form');
}

/** A project is shown all the same. */
function unlessReachable(error: unknown): null {
  if (error instanceof RequestProblem && error.code === 'temporal-unreachable') return null;
  throw error;
}

function isForbidden(error: unknown): false {
  if (error instanceof RequestProblem && error.code === 'forbidden') return false;
  throw error;
}

/** Runs that were archived before steps and procedure were part of the record tell nothing. */
function isTold(run: RunState): run is RunState & RunRecord {
  return Array.isArray(run.steps) && run.procedure !== undefined && !run.id.startsWith('plan:');
}
