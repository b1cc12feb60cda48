import { z } from 'zod';
import type { AuditEntry } from '../../domain/audit.ts';
import { list } from './run-parts.ts';

const entry = z
  .object({
    id: z.string(),
    at: z.string(),
    what: z.string().meta({ description: '`start-release`, a signal such as `signOff`, `sign-in`, `authenticate` …' }),
    by: z.string().nullable().meta({ description: 'null: nobody that is known.' }),
    means: z.enum(['token', 'session', 'jwt', 'oidc', 'webhook', 'github', 'run']).nullable().meta({
      description:
        'How they were known; `github`: by their account there; `run`: the run itself says so, nothing came by the API.',
    }),
    from: z.object({ address: z.string().nullable(), agent: z.string().nullable() }),
    verdict: z.enum(['accepted', 'refused', 'pending', 'failed']),
    code: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    requestId: z.string().nullable(),
    key: z.string().meta({ description: 'Of the start or the signal: by it the run knows it too.' }).exactOptional(),
    project: z.string().exactOptional(),
    run: z.string().exactOptional(),
    runId: z.string().exactOptional(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
  })
  .meta({ id: 'AuditEntry' });
entry satisfies z.ZodType<AuditEntry>;

export const auditAnswer = z.object({ entries: list(entry), next: z.string().exactOptional() }).meta({ id: 'Audit' });

export type AuditPage = z.output<typeof auditAnswer>;
