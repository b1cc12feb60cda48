import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { AuditEntry } from '../domain/audit.ts';
import { Problem } from '../domain/problem.ts';
import type { Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { SIGNAL_ROUTES } from './signal-requests.ts';
import { addressOf, agentOf } from './where-from.ts';

/** What a handler knows of a request beyond its path and its answer. */
export type Noted = Partial<
  Pick<AuditEntry, 'what' | 'by' | 'means' | 'verdict' | 'reason' | 'key' | 'project' | 'run' | 'runId' | 'details'>
>;

/** For the audit trail's entry of this request. */
export function note(c: Context, noted: Noted): void {
  c.set('noted', { ...(c.get('noted') as Noted | undefined), ...noted });
}

/**
 * One entry for everything that could change something, and for everything that was refused for who sent it. Where the trail cannot be
 * written the request goes on, loudly: the entry is in the log, a run keeps its own record, and a rollback must not wait for a full disk.
 */
export function auditing({ audit, directory, log, now = () => new Date() }: ApiDeps): MiddlewareHandler<Caller> {
  const strangers = new RateLimiterMemory({ points: OF_STRANGERS_A_MINUTE, duration: 60 });
  return async (c, next) => {
    const at = now().toISOString();
    await next();
    if (!isOfInterest(c)) return;
    const entry = { ...entryOf(c, at), from: { address: await addressOf(c, directory), agent: agentOf(c) } };
    log.info({ audit: entry }, 'audit');
    if (entry.by === null && !(await strangers.consume('all').then(() => true, tooMany))) return;
    await audit.add(entry).catch((err: unknown) => {
      log.error({ err, audit: entry }, 'the audit trail could not be written: this entry is in the log alone');
    });
  };
}

/** Nobody fills the disk without being known: beyond these the log alone has them. */
const OF_STRANGERS_A_MINUTE = 300;

function tooMany(error: unknown): false {
  if (error instanceof Error) throw error;
  return false;
}

const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/** Webhooks that only wake would be all there is to see: those that were refused, or acted for a person, are told of. */
function isOfInterest(c: Context<Caller>): boolean {
  if (c.var.noted?.what !== undefined) return true;
  if (c.req.path.startsWith('/hooks/')) return c.res.status >= 400;
  return SAFE.includes(c.req.method) ? [401, 403, 429].includes(c.res.status) : true;
}

function entryOf(c: Context<Caller>, at: string): Omit<AuditEntry, 'from'> {
  const { noted = {}, person, means } = c.var;
  const { status } = c.res;
  const verdict = status >= 500 ? 'failed' : status >= 400 || !person ? 'refused' : 'accepted';
  return {
    ...{ id: randomUUID(), at, what: whatOf(c), by: person?.login ?? null, means: means ?? null, verdict },
    ...(c.error ? problemOf(c.error) : {}),
    requestId: c.var.requestId ?? null,
    ...runOf(c.req.path),
    ...noted,
  };
}

function problemOf(error: Error): Pick<AuditEntry, 'code' | 'reason'> {
  const known = error instanceof RequestProblem || error instanceof Problem;
  return { code: known ? error.code : 'unexpected', ...(known ? { reason: error.message.slice(0, 500) } : {}) };
}

const STARTS: Readonly<Record<string, string>> = {
  '/v1/releases': 'start-release',
  '/v1/hotfixes': 'start-hotfix',
  '/v1/rollbacks': 'start-rollback',
  '/sign-in': 'sign-in',
  '/sign-out': 'sign-out',
};

function whatOf({ req, var: { person } }: Context<Caller>): string {
  if (req.path.startsWith('/hooks/')) return 'webhook';
  const signal = SIGNAL_ROUTES.find(
    ({ path }) => req.method === 'POST' && /^(?:\/v1)?\/runs\/[^/]+\/(.+)$/.exec(req.path)?.[1] === path,
  );
  const named =
    signal?.name ?? scheduleAct(req.method, req.path) ?? (req.method === 'POST' ? STARTS[req.path] : undefined);
  if (named !== undefined) return named;
  return person ? `${SAFE.includes(req.method) ? 'look' : 'send'} ${req.path.slice(0, 200)}` : 'authenticate';
}

const SCHEDULE = /^(?:\/v1)?\/projects\/([^/]{1,100})\/schedules\/[^/]+(?:\/(pause|resume|change))?$/;

function scheduleAct(method: string, path: string): string | undefined {
  const found = SAFE.includes(method) ? null : SCHEDULE.exec(path);
  return found ? `${found[2] ?? 'change'}-schedule` : undefined;
}

/** The run, or the project of the schedule, that a path names, whether or not there is one. */
function runOf(path: string): Pick<AuditEntry, 'project' | 'run'> {
  const [, named] = SCHEDULE.exec(path) ?? [];
  if (named !== undefined && /^[\w.-]+$/.test(named)) return { project: named };
  const [, id] = /^(?:\/v1)?\/runs\/([^/]{1,300})/.exec(path) ?? [];
  if (id === undefined || !/^[\w.:%+-]+$/.test(id)) return {};
  const run = id.replaceAll(/%3a/gi, ':');
  const [, project] = run.split(':');
  return project === undefined ? {} : { project, run };
}
