import { z } from 'zod';
import type { Archive, AuditTrail } from '../activities/ports.ts';
import { projectName } from '../config/project-schema.ts';
import { sentence } from '../config/schema-faults.ts';
import { keys, text } from '../config/schema-parts.ts';
import { type AuditEntry, actsOf } from '../domain/audit.ts';
import type { Runs } from './runs-port.ts';

const PAGE = 50;
const RUN_ANSWERS_WITHIN_MS = 1_000;
/** Days that one request reads through in search of what it was asked for. */
const DAYS_AT_ONCE = 400;

/** Where a page ended: entries are in the order of their times, then of their ids. */
interface Place {
  readonly at: string;
  readonly id: string;
}

const word = text((value) =>
  value === '' || value.length > 200 ? ['is no word', 'Send 1 to 200 characters.'] : undefined,
);
const time = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: sentence('is no time', 'Send such as 2027-01-31 or 2027-01-31T12:00:00Z.'),
  })
  .transform((value) => new Date(value).toISOString());
const cursor = z.string().transform((value, context): Place => {
  const read = /^[\w-]{1,4000}$/.test(value) ? placeIn(Buffer.from(value, 'base64url').toString()) : undefined;
  if (read) return read;
  context.addIssue({
    code: 'custom',
    message: sentence('is no cursor', 'Send the next of the page before, unchanged.'),
  });
  return z.NEVER;
});

export const auditQuery = keys({
  project: projectName.exactOptional(),
  run: word.exactOptional(),
  by: word.exactOptional(),
  what: word.exactOptional(),
  verdict: z.enum(['accepted', 'refused', 'pending', 'failed']).exactOptional(),
  since: time.exactOptional(),
  until: time.exactOptional(),
  cursor: cursor.exactOptional(),
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, { error: sentence('is no number from 1 to 100', 'Send such as 50.') })
    .exactOptional(),
});

type Query = z.output<typeof auditQuery>;

export interface AuditSources {
  readonly audit: AuditTrail;
  readonly archive: Archive;
  readonly runs: Runs;
}

/** The trail of the API, joined with what runs themselves say that they were told: the newest first. */
export async function readAudit(
  sources: AuditSources,
  query: Query,
): Promise<{ entries: AuditEntry[]; next?: string }> {
  const size = query.limit === undefined ? PAGE : Number(query.limit);
  const [told, trail] = await Promise.all([actsOfRuns(sources, query.run), readTrail(sources.audit, query, size)]);
  const byTrail = new Map(trail.filter(({ key }) => key !== undefined).map((entry) => [nameOf(entry), entry]));
  const later = new Map(told.map((entry) => [nameOf(entry), entry]));
  const all = [...trail.map((entry) => settled(entry, later)), ...told.filter((entry) => !byTrail.has(nameOf(entry)))]
    .filter((entry) => matches(entry, query))
    .sort(newestFirst);
  const entries = all.slice(0, size);
  const last = entries.at(-1);
  return last && all.length > size ? { entries, next: written(last) } : { entries };
}

/**
 * Whole days, until there is enough for the page, and one more: what came by the API stands a moment earlier in the trail than in its
 * run, which may be the day before.
 */
async function readTrail(audit: AuditTrail, query: Query, size: number): Promise<AuditEntry[]> {
  const newest = (query.cursor?.at ?? query.until ?? '9').slice(0, 10);
  const oldest = query.since === undefined ? '' : dayBefore(query.since);
  const days = (await audit.days()).filter((day) => day.slice(0, newest.length) <= newest && day >= oldest);
  const read: AuditEntry[] = [];
  let enough = false;
  for (const day of days.slice(0, DAYS_AT_ONCE)) {
    read.push(...(await audit.entriesOf(day)));
    if (enough) break;
    enough = read.filter((entry) => matches(entry, query)).length > size;
  }
  return read;
}

/** Kept at each phase of a run and at its end; of one run that is asked for, also what happened since. */
async function actsOfRuns({ archive, runs }: AuditSources, id: string | undefined): Promise<AuditEntry[]> {
  const [kept, state] = await Promise.all([
    archive.acts(id),
    id === undefined ? 'unknown' : runs.state({ id }, RUN_ANSWERS_WITHIN_MS),
  ]);
  const now = typeof state === 'string' ? [] : actsOf(state);
  return [...new Map([...kept, ...now].map((entry) => [entry.id, entry])).values()];
}

/** What was answered before anybody had looked is told as its run judged it. */
function settled(entry: AuditEntry, told: ReadonlyMap<string, AuditEntry>): AuditEntry {
  const run = entry.verdict === 'pending' ? told.get(nameOf(entry)) : undefined;
  if (!run) return entry;
  return { ...entry, verdict: run.verdict, ...(run.reason === undefined ? {} : { reason: run.reason }) };
}

/** The same start or signal, seen by the API and by the run. */
function nameOf({ id, run, what, by, key }: AuditEntry): string {
  return key === undefined ? id : JSON.stringify([run, what, by, key]);
}

function matches(entry: AuditEntry, { project, run, by, what, verdict, since, until, cursor }: Query): boolean {
  return (
    (project === undefined || entry.project === project) &&
    (run === undefined || entry.run === run) &&
    (by === undefined || entry.by === by) &&
    (what === undefined || entry.what === what) &&
    (verdict === undefined || entry.verdict === verdict) &&
    (since === undefined || entry.at >= since) &&
    (until === undefined || entry.at < until) &&
    (cursor === undefined || newestFirst(entry, cursor) > 0)
  );
}

function newestFirst(a: Place, b: Place): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}

function dayBefore(time: string): string {
  return new Date(Date.parse(time) - 86_400_000).toISOString().slice(0, 10);
}

function written({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

function placeIn(text: string): Place | undefined {
  const [, at, id] = /^\["(\d{4}-[\d:TZ.-]+)","(.+)"\]$/.exec(text) ?? [];
  return at === undefined || id === undefined ? undefined : { at, id: JSON.parse(`"${id}"`) as string };
}
