import { z } from 'zod';
import type { Archive } from '../activities/ports.ts';
import { projectName } from '../config/project-schema.ts';
import { sentence } from '../config/schema-faults.ts';
import { keys, pattern } from '../config/schema-parts.ts';
import type { RunState } from '../domain/run/state.ts';
import type { RunFilter, RunSummary, Runs } from './runs-port.ts';

const PAGE = 50;

/** Where a page ended: in Temporal's list, or after it among what only the archive remembers. */
type Cursor = { readonly in: 'temporal'; readonly after?: string } | { readonly in: 'archive'; readonly from: number };

const cursor = z.string().transform((value, context): Cursor => {
  const read = /^[\w-]{1,4000}$/.test(value) ? readCursor(Buffer.from(value, 'base64url').toString()) : undefined;
  if (read) return read;
  context.addIssue({
    code: 'custom',
    message: sentence('is no cursor', 'Send the next of the page before, unchanged.'),
  });
  return z.NEVER;
});

export const listQuery = keys({
  project: projectName.exactOptional(),
  kind: z.enum(['release', 'hotfix', 'rollback']).exactOptional(),
  status: z.enum(['running', 'waiting', 'blocked', 'paused', 'ended', 'stuck']).exactOptional(),
  waitingFor: pattern(/^[\w .:/-]{1,100}$/, 'Send a role, an item or what is waited for.').exactOptional(),
  cursor: cursor.exactOptional(),
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, { error: sentence('is no number from 1 to 100', 'Send such as 50.') })
    .exactOptional(),
});

/** Open ones first, the newest first within; then those that Temporal has forgotten. */
export async function listRuns(
  { runs, archive }: { runs: Runs; archive: Archive },
  { cursor, limit, ...filter }: z.output<typeof listQuery>,
): Promise<{ runs: RunSummary[]; next?: string }> {
  const size = limit === undefined ? PAGE : Number(limit);
  if (cursor?.in === 'archive') return forgotten({ runs, archive }, filter, { from: cursor.from, size });
  const page = await runs.list({ ...filter, size, after: cursor?.after });
  if (page.next !== undefined) return { runs: page.runs, next: written({ in: 'temporal', after: page.next }) };
  const rest = size - page.runs.length;
  const older = await forgotten({ runs, archive }, filter, { from: 0, size: rest });
  return { ...older, runs: [...page.runs, ...older.runs] };
}

async function forgotten(
  { runs, archive }: { runs: Runs; archive: Archive },
  filter: Omit<RunFilter, 'size'>,
  { from, size }: { from: number; size: number },
): Promise<{ runs: RunSummary[]; next?: string }> {
  const records = (await archive.runs(
    filter.project === undefined ? {} : { project: filter.project },
  )) as unknown as RunState[];
  const kept = records.filter((run) => matches(run, filter));
  const found: RunSummary[] = [];
  let at = from;
  while (at < kept.length && found.length < size) {
    const some = kept.slice(at, at + size - found.length);
    const known = await runs.known(some.map((run) => run.runId));
    found.push(...some.filter((run) => !known.has(run.runId)).map(summary));
    at += some.length;
  }
  return at < kept.length ? { runs: found, next: written({ in: 'archive', from: at }) } : { runs: found };
}

function matches(run: RunState, { kind, status, waitingFor }: Omit<RunFilter, 'size'>): boolean {
  return (
    (kind === undefined || run.kind === kind) &&
    (status === undefined || run.status === status) &&
    (waitingFor === undefined || run.waitingFor.some((one) => one.for.includes(waitingFor)))
  );
}

function summary(run: RunState): RunSummary {
  const { id, runId, kind, project, version, phase, status, outcome, startedAt, endedAt } = run;
  return {
    ...{ id, runId, kind, project, version, phase, status },
    ...(outcome === undefined ? {} : { outcome }),
    waitingFor: run.waitingFor.flatMap((one) => one.for),
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function written(cursor: Cursor): string {
  return Buffer.from(cursor.in === 'temporal' ? `t${cursor.after}` : `a${cursor.from}`).toString('base64url');
}

function readCursor(text: string): Cursor | undefined {
  if (/^a\d{1,9}$/.test(text)) return { in: 'archive', from: Number(text.slice(1)) };
  return /^t[\w-]+$/.test(text) ? { in: 'temporal', after: text.slice(1) } : undefined;
}
