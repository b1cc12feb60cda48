import { z } from 'zod';
import type { Breach, ProbeHealth } from '../../domain/health.ts';
import type { Window } from '../../domain/run/watching.ts';
import { list, login, time } from './run-parts.ts';

const probeKind = z.enum([
  ...(['index', 'tag', 'github-release', 'issues', 'downloads', 'http', 'prometheus', 'install', 'command'] as const),
]);
const seconds = z.number().meta({ description: 'Seconds since the window began.' });
const count = z.int();

const probe = z
  .object({
    name: z.string(),
    kind: probeKind,
    health: z.enum(['healthy', 'unhealthy', 'unknown']),
    note: z.string(),
    value: z.number().nullable(),
    at: seconds,
    since: seconds,
    bad: count.meta({ description: 'Unhealthy readings in a row.' }),
    taken: z.object({ healthy: count, unhealthy: count, unknown: count }),
    breach: z.string().exactOptional(),
    readings: list(
      z
        .tuple([seconds, z.number().nullable(), z.enum(['h', 'u', '?'])])
        .readonly()
        .meta({ description: 'When, the value, and healthy, unhealthy or unknown.' }),
    ),
  })
  .meta({ id: 'Probe' });
probe satisfies z.ZodType<ProbeHealth>;

const breach = z
  .object({
    probe: z.string(),
    at: seconds,
    note: z.string(),
    onBreach: z.enum(['ask', 'rollback']),
    changed: z.boolean().meta({ description: 'Somebody else changed what was released.' }),
  })
  .meta({ id: 'Breach' });
breach satisfies z.ZodType<Breach>;

const action = z.enum(['extend', 'conclude', 'rollback']);

export const window = z
  .object({
    attempt: count.meta({ description: 'An answer to the window names it.' }),
    startedAt: time,
    endsAt: time,
    length: z.number().meta({ description: 'Seconds from start to end.' }),
    monitor: z.string(),
    probes: z.array(probe),
    breaches: z.array(breach),
    counted: count,
    handled: count,
    asked: z.object({ at: time, why: z.string() }).exactOptional(),
    answers: z.array(
      z.object({
        attempt: count,
        action,
        by: login,
        reason: z.string(),
        at: time,
        hours: z.number().exactOptional(),
      }),
    ),
    rollback: z.object({ standing: z.enum(['open', 'rolled-back', 'ended-otherwise']) }).exactOptional(),
    verdict: z.enum(['healthy', 'regressed', 'inconclusive']).exactOptional(),
    summary: z.string().exactOptional(),
  })
  .meta({ id: 'Window', description: 'The time that a release is watched after it is published.' });
window satisfies z.ZodType<Window>;
