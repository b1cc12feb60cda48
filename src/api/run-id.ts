import type { Context } from 'hono';
import { z } from 'zod';
import { parseVersion } from '../domain/version.ts';
import { RequestProblem } from './problems.ts';

export interface RunId {
  readonly id: string;
  readonly kind: 'release' | 'hotfix' | 'rollback' | 'plan';
  readonly project: string;
  readonly version: string;
}

/** Kind, project and version. */
export const RUN_ID = /^(release|hotfix|rollback|plan):([a-z0-9][a-z0-9._-]{0,62}):([0-9A-Za-z.-]{1,100})$/;

export function readRunId(text: string): RunId | undefined {
  const [id, kind, project, version] = RUN_ID.exec(text) ?? [];
  if (id === undefined || version === undefined || project === undefined || !isVersion(version)) return undefined;
  return { id, kind: kind as RunId['kind'], project, version };
}

/** The id in /v1/runs/{id}: its colons raw or as %3A, every other character as itself. */
export function runIdOf(url: string): RunId {
  const segment = new URL(url).pathname.split('/')[3] ?? '';
  const id = readRunId(segment.replaceAll(/%3a/gi, ':'));
  if (id) return id;
  const shown = JSON.stringify(segment.slice(0, 120));
  throw new RequestProblem('run-unknown', `${shown} is no run's id, which is release:<project>:<version>`);
}

function isVersion(text: string): boolean {
  try {
    return parseVersion(text) === text;
  } catch {
    return false;
  }
}

const EXECUTION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** For readers of the API's description; a run that is not there is answered before anything else. */
export const executionQuery = z.object({
  run: z
    .string()
    .regex(EXECUTION)
    .meta({ description: 'One of the executions of the id, by its runId; without it the newest.' })
    .exactOptional(),
});

/** The run that a request is about, and with ?run= which of its executions. */
export function executionOf(c: Context): RunExecution {
  return withRunId(runIdOf(c.req.url), c.req.query('run'));
}

export type RunExecution = RunId & { readonly runId?: string };

/** The same for a page, whose path holds the id elsewhere. */
export function executionFrom(id: string, runId: string | undefined): RunExecution {
  return withRunId(runIdOf(`http://api/v1/runs/${encodeURI(id)}`), runId);
}

function withRunId(run: RunId, runId: string | undefined): RunExecution {
  if (runId === undefined) return run;
  if (EXECUTION.test(runId)) return { ...run, runId };
  throw new RequestProblem('run-unknown', `${JSON.stringify(runId.slice(0, 80))} is no execution of a run`);
}
