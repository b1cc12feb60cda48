import { z } from 'zod';
import { role } from '../../config/project-schema.ts';
import type { ProblemNote } from '../../domain/problem.ts';
import type {
  ArtifactRef,
  ChecklistItem,
  Evidence,
  Manifest,
  Plan,
  Refusal,
  SignOff,
  Step,
  Waiting,
} from '../../domain/run/state.ts';

/** What answers are made of. They say what is there; a reader leaves aside what it does not know. */
export const time = z.string().meta({ format: 'date-time' });
export const login = z.string().meta({ description: 'The login of a person of the service.' });

export function list<S extends z.ZodType>(schema: S) {
  return z.array(schema).readonly();
}

export const digest = z
  .templateLiteral(['sha256:', z.string()])
  .meta({ description: 'sha256: and 64 hex digits', pattern: '^sha256:[0-9a-f]{64}$' });

export const artifact = z
  .object({ name: z.string(), digest, size: z.number() })
  .meta({ id: 'Artifact', description: 'Something in the artifact store: GET /v1/runs/{id}/artifacts/{digest}.' });
artifact satisfies z.ZodType<ArtifactRef>;

const evidence = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number()]).exactOptional(),
  url: z.string().exactOptional(),
  artifact: artifact.exactOptional(),
});
evidence satisfies z.ZodType<Evidence>;

const code = z.string() as unknown as z.ZodType<ProblemNote['code'], string>;
const problemNote = z
  .object({
    code,
    message: z.string(),
    remedy: z.string(),
    log: z.string().exactOptional(),
    faults: list(z.string()).exactOptional(),
  })
  .meta({ id: 'StepProblem', description: 'Why a step did not get on, and what a person can do.' });
problemNote satisfies z.ZodType<ProblemNote>;

export const step = z
  .object({
    id: z.string().meta({ examples: ['test.gate.unit-tests'] }),
    title: z.string(),
    status: z.enum(['pending', 'running', 'waiting', 'blocked', 'done', 'adopted', 'skipped', 'failed']),
    attempt: z.int().meta({ description: 'Counts from 1; a decision names the attempt that it is for.' }),
    startedAt: time,
    endedAt: time.exactOptional(),
    summary: z.string(),
    evidence: z.array(evidence).meta({ description: 'Numbers, links and files that show why it ended so.' }),
    problem: problemNote.exactOptional(),
    skippable: z.boolean(),
    skipped: z.object({ by: login, reason: z.string() }).exactOptional(),
    beside: z.literal(true).exactOptional(),
  })
  .meta({ id: 'Step', description: 'The smallest thing that a run reports.' });
step satisfies z.ZodType<Step>;

export const waiting = z
  .object({
    step: z.string(),
    for: list(z.string()).meta({ description: 'Roles, checklist items, a decision, or what is looked for outside.' }),
    since: time,
    kind: z.enum(['sign-off', 'check', 'decision', 'outside', 'machine', 'turn', 'resume', 'watch']),
  })
  .meta({ id: 'Waiting' });
waiting satisfies z.ZodType<Waiting>;

export const signOff = z
  .object({
    role,
    decision: z.enum(['approve', 'reject']),
    by: login,
    at: time,
    commit: z.string(),
    manifest: z.string(),
    comment: z.string().exactOptional(),
    voided: z.string().meta({ description: 'Why it no longer counts.' }).exactOptional(),
    own: z.boolean().meta({ description: "The starter's own." }).exactOptional(),
  })
  .meta({ id: 'SignOff' });
signOff satisfies z.ZodType<SignOff>;

export const checklistItem = z
  .object({
    item: z.string(),
    text: z.string(),
    how: z.string().exactOptional(),
    passed: z.boolean().exactOptional(),
    by: login.exactOptional(),
    at: time.exactOptional(),
    note: z.string().exactOptional(),
    commit: z.string().exactOptional(),
    manifest: z.string().exactOptional(),
  })
  .meta({ id: 'ChecklistItem' });
checklistItem satisfies z.ZodType<ChecklistItem>;

export const refusal = z
  .object({
    at: time,
    signal: z.string(),
    by: login,
    reason: z.string(),
    requestId: z.string(),
    sent: z.string(),
  })
  .meta({ id: 'Refusal', description: 'A signal that broke a rule, and which.' });
refusal satisfies z.ZodType<Refusal>;

export const manifest = z
  .object({ digest, files: list(artifact), extras: list(artifact) })
  .meta({ id: 'Manifest', description: 'What will be published; its digest names the whole set.' });
manifest satisfies z.ZodType<Manifest>;

export const plan = z
  .object({
    diff: artifact,
    changelog: z.string(),
    tag: z.string(),
    branch: z.string(),
    there: list(z.string()).meta({ description: 'An adoption: what stays as it is.' }).exactOptional(),
    pullRequest: z.object({ title: z.string(), base: z.string(), head: z.string() }).exactOptional(),
    effects: list(z.string()).meta({ description: 'Every outside effect, in order.' }),
  })
  .meta({ id: 'Plan', description: 'What a release would do, as its dry run tells it.' });
plan satisfies z.ZodType<Plan>;
