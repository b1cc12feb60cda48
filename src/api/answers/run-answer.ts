import { z } from 'zod';
import type { Procedure } from '../../domain/run/request.ts';
import type { RunView } from '../run-view.ts';
import type { RunSummary as Listed } from '../runs-port.ts';
import {
  artifact,
  checklistItem,
  list,
  login,
  manifest,
  plan,
  refusal,
  signOff,
  step,
  time,
  waiting,
} from './run-parts.ts';
import { window } from './window-parts.ts';

const id = z.string().meta({ examples: ['release:sample:1.2.0'] });
const runId = z.string().meta({ description: "Which execution of the id: Temporal's run id." });
const kind = z.enum(['release', 'hotfix', 'rollback']);
const phase = z.enum(['prepare', 'test', 'approve', 'release', 'publish', 'observe', 'close']);
const status = z.enum(['running', 'waiting', 'blocked', 'paused', 'ended', 'stuck']);
const outcome = z.enum(['released', 'rehearsed', 'planned', 'withdrawn', 'abandoned', 'rolled-back']);
const links = z.record(z.string(), z.string());

const tagged = z.object({ version: z.string(), tag: z.string(), commit: z.string() });
const procedure = z.union([
  z.object({ kind: z.literal('release') }),
  z.object({
    kind: z.literal('hotfix'),
    title: z.string(),
    issue: z.int().nullable(),
    base: z.string().nullable(),
    commits: list(z.string()),
  }),
  z.object({
    kind: z.literal('roll-forward'),
    rollback: z.string(),
    bad: tagged,
    good: tagged,
    reason: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('rollback'), reason: z.string() }),
]);
procedure satisfies z.ZodType<Procedure>;

const said = z.object({ by: login, reason: z.string(), at: time });

/** A run as `GET /v1/runs/{id}` answers it. */
export const runAnswer = z
  .object({
    id,
    runId,
    kind,
    project: z.string(),
    version: z.string(),
    phase,
    status,
    outcome: outcome.exactOptional(),
    ending: z.string().meta({ description: 'One sentence on why it ended so.' }).exactOptional(),
    waitingFor: z.array(waiting),
    steps: z.array(step),
    signOffs: z.array(signOff),
    checklist: z.array(checklistItem),
    refusals: z.array(refusal),
    plan: plan.exactOptional(),
    commit: z.string().meta({ description: 'What is tested, signed and shipped.' }).exactOptional(),
    manifest: manifest.exactOptional(),
    notes: artifact.exactOptional(),
    diff: artifact.exactOptional(),
    startedBy: login,
    startedAt: time,
    endedAt: time.exactOptional(),
    paused: said.exactOptional(),
    aborted: said.exactOptional(),
    undone: z.array(z.string()),
    notUndone: z.array(z.string()),
    procedure: procedure.exactOptional(),
    fix: z.object({ by: login, at: time, commits: z.array(z.string()) }).exactOptional(),
    window: window.exactOptional(),
    afterwards: z.array(checklistItem).exactOptional(),
    dryRun: z.boolean(),
    testOnly: z.boolean(),
    live: z
      .boolean()
      .meta({ description: 'Its worker said so just now; else it is what was kept, or what lists know of it.' }),
    links,
  })
  .meta({ id: 'Run', description: 'One execution of a release, hotfix or rollback.' });
runAnswer satisfies z.ZodType<RunView>;

/** What a list shows of a run: from search attributes, without asking its worker. */
export const runSummary = z
  .object({
    id,
    runId,
    kind,
    project: z.string(),
    version: z.string(),
    phase: phase.nullable(),
    status,
    outcome: outcome.exactOptional(),
    waitingFor: list(z.string()),
    startedAt: time,
    endedAt: time.exactOptional(),
  })
  .meta({ id: 'RunSummary', description: 'What a list shows of a run.' });
runSummary satisfies z.ZodType<Listed>;

export const runList = z
  .object({
    runs: z.array(runSummary),
    next: z.string().meta({ description: 'The cursor of the next page; absent on the last one.' }).exactOptional(),
  })
  .meta({ id: 'RunList' });

/** A start that was taken. */
export const started = z
  .object({ id, runId, version: z.string(), links: z.object({ self: z.string(), project: z.string() }) })
  .meta({ id: 'Started' });

/** A signal that the run's worker has not looked at yet. */
export const pending = z
  .object({ id, requestId: z.string(), answer: z.literal('pending'), links: z.object({ self: z.string() }) })
  .meta({ id: 'Pending' });

/** One event of a stream. */
export const runEvent = z
  .object({
    event: z.enum(['state', 'silent', 'end']),
    id: z.string().meta({ description: 'Send it as Last-Event-ID to go on from here.' }).exactOptional(),
    data: z.string().meta({ description: 'JSON: of `state` a Run, of `end` an EndEvent.' }),
  })
  .meta({ id: 'RunEvent' });

/** The data of the event that ends a stream. */
export const endEvent = z.object({ outcome: outcome.nullable() }).meta({ id: 'EndEvent' });

export type Run = z.output<typeof runAnswer>;
export type RunSummary = z.output<typeof runSummary>;
export type RunList = z.output<typeof runList>;
export type Started = z.output<typeof started>;
export type Pending = z.output<typeof pending>;
