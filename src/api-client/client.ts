import type { z } from 'zod';
import type { AuditPage } from '../api/answers/audit-answer.ts';
import type { NextVersion, Project, ProjectList } from '../api/answers/project-answer.ts';
import type { Pending, Run, RunList, RunSummary, Started } from '../api/answers/run-answer.ts';
import type { ScheduleList, ScheduleView } from '../api/answers/schedule-answer.ts';
import type { auditQuery } from '../api/audit-query.ts';
import type { payloadsBody } from '../api/codec-route.ts';
import type { hotfixRequest } from '../api/hotfix-request.ts';
import type { nextQuery, releaseRequest } from '../api/release-request.ts';
import type { rollbackRequest } from '../api/rollback-request.ts';
import type { listQuery } from '../api/run-list.ts';
import type { scheduleRequest } from '../api/schedule-request.ts';
import type {
  checkRequest,
  controlRequest,
  decisionRequest,
  fixRequest,
  signOffRequest,
  watchRequest,
} from '../api/signal-requests.ts';
import { followEvents, type RunEvent } from './follow.ts';
import { type Asked, type ClientOptions, requester } from './requester.ts';

export { ApiProblem, Unreachable } from './problem.ts';
export type { ClientOptions } from './requester.ts';
export type {
  AuditPage,
  NextVersion,
  Pending,
  Project,
  ProjectList,
  Run,
  RunEvent,
  RunList,
  RunSummary,
  ScheduleList,
  ScheduleView,
  Started,
};

/** A key makes a repeat of the call the same call; without one each call has its own. */
interface Keyed {
  readonly key?: string;
}
/** Without a `run` the newest execution of the id is meant. */
interface OneExecution {
  readonly run?: string;
}
/** What became of a signal: whether the run has counted it already. */
export type Answered = { readonly counted: true; readonly run: Run } | { readonly counted: false; readonly run?: Run };

export type SlipwayClient = ReturnType<typeof slipwayClient>;

/** The API of a service, typed by the very schemas that it reads requests with. What it refuses is thrown as an `ApiProblem`. */
export function slipwayClient(options: ClientOptions) {
  const request = requester(options);
  const get = async <T>(path: string, query?: object) => (await request('GET', path, { query })).json() as Promise<T>;
  const post = (path: string, body: object, { key, ...asked }: Asked & Keyed = {}) =>
    request('POST', path, { ...asked, body, headers: { 'idempotency-key': key ?? crypto.randomUUID() } });
  const start =
    <B extends object>(path: string) =>
    async (body: B, keyed?: Keyed) =>
      (await (await post(path, body, keyed)).json()) as Started;
  const signal =
    <B extends object>(what: string) =>
    async (id: string, body: B, { run, ...keyed }: OneExecution & Keyed = {}): Promise<Answered> => {
      const answer = await post(`${pathOf(id)}/${what}`, body, { query: { run }, ...keyed });
      const said = (await answer.json()) as Run | Pending;
      if ('answer' in said) return { counted: false };
      return { counted: answer.status === 200, run: said };
    };

  const steer = async (project: string, name: string, what: 'pause' | 'resume', body: object) =>
    (await (await post(`${scheduleAt(project, name)}/${what}`, body)).json()) as ScheduleView;

  const client = {
    listProjects: () => get<ProjectList>('/v1/projects'),
    showProject: (project: string) => get<Project>(`/v1/projects/${encodeURIComponent(project)}`),
    nextVersion: (project: string, query?: z.input<typeof nextQuery>) =>
      get<NextVersion>(`/v1/projects/${encodeURIComponent(project)}/next`, query),

    decodePayloads: async (body: z.input<typeof payloadsBody>) =>
      (await (await post('/codec/decode', body)).json()) as z.output<typeof payloadsBody>,

    listSchedules: () => get<ScheduleList>('/v1/schedules'),
    schedulesOf: (project: string) => get<ScheduleList>(`/v1/projects/${encodeURIComponent(project)}/schedules`),
    putSchedule: async (project: string, name: ScheduleView['name'], body: z.input<typeof scheduleRequest>) =>
      (await (await request('PUT', scheduleAt(project, name), { body })).json()) as ScheduleView,
    pauseSchedule: (project: string, name: ScheduleView['name'], body: z.input<typeof controlRequest>) =>
      steer(project, name, 'pause', body),
    resumeSchedule: (project: string, name: ScheduleView['name'], body: z.input<typeof controlRequest>) =>
      steer(project, name, 'resume', body),

    startRelease: start<z.input<typeof releaseRequest>>('/v1/releases'),
    startHotfix: start<z.input<typeof hotfixRequest>>('/v1/hotfixes'),
    startRollback: start<z.input<typeof rollbackRequest>>('/v1/rollbacks'),

    listRuns: (query?: z.input<typeof listQuery>) => get<RunList>('/v1/runs', query),
    /** All of them, page by page as they are read. */
    async *eachRun(query: z.input<typeof listQuery> = {}): AsyncGenerator<RunSummary> {
      for (let cursor: string | undefined = query.cursor, first = true; first || cursor !== undefined; first = false) {
        const page: RunList = await client.listRuns({ ...query, ...(cursor === undefined ? {} : { cursor }) });
        yield* page.runs;
        cursor = page.next;
      }
    },
    showRun: (id: string, query: OneExecution = {}) => get<Run>(pathOf(id), query),
    /** The run as it is, and then whenever it changes, until it ends; lost connections are made again. */
    followRun: (id: string, { signal, ...query }: OneExecution & { signal?: AbortSignal } = {}) =>
      followEvents(request, { path: `${pathOf(id)}/events`, query, signal }),
    showChecklist: async (id: string, query: OneExecution = {}) =>
      (await request('GET', `${pathOf(id)}/checklist`, { query })).text(),
    readArtifact: async (id: string, digest: string, query: OneExecution = {}) =>
      new Uint8Array(await (await request('GET', `${pathOf(id)}/artifacts/${digest}`, { query })).arrayBuffer()),

    /** Who did what, newest first; one's own acts alone without the right to see everybody's. */
    readAudit: (query?: z.input<typeof auditQuery>) => get<AuditPage>('/v1/audit', query),

    signOff: signal<z.input<typeof signOffRequest>>('sign-offs'),
    check: signal<z.input<typeof checkRequest>>('checks'),
    decide: signal<z.input<typeof decisionRequest>>('decisions'),
    fixReady: signal<z.input<typeof fixRequest>>('fix'),
    watch: signal<z.input<typeof watchRequest>>('watch'),
    pause: signal<z.input<typeof controlRequest>>('pause'),
    resume: signal<z.input<typeof controlRequest>>('resume'),
    abort: signal<z.input<typeof controlRequest>>('abort'),
  };
  return client;
}

function scheduleAt(project: string, name: string): string {
  return `/v1/projects/${encodeURIComponent(project)}/schedules/${encodeURIComponent(name)}`;
}

function pathOf(id: string): string {
  return `/v1/runs/${encodeURIComponent(id).replaceAll('%3A', ':')}`;
}
