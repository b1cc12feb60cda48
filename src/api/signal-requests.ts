import { z } from 'zod';
import { projectName, role } from '../config/project-schema.ts';
import { keys, pattern, text } from '../config/schema-parts.ts';
import type { Act } from '../domain/authority.ts';
import type { SignalName } from '../domain/run/state.ts';
import { words } from './request-parts.ts';

const commit = pattern(
  /^([0-9a-f]{40}|[0-9a-f]{64})$/,
  "Send the run's commit: 40 hex digits, as GET of the run shows it.",
);
const sha = pattern(
  /^[0-9a-f]{40}$/,
  'Send full commit SHAs: 40 hex digits each, the last one the head of the branch.',
);
const manifest = pattern(/^sha256:[0-9a-f]{64}$/, "Send the digest of the run's manifest: sha256: and 64 hex digits.");
const STEP = /^[a-z0-9][a-z0-9._-]{0,127}$/;
const step = text((value) =>
  STEP.test(value) ? undefined : ['is no step', "Send a step's id, such as test.gate.tests."],
).meta({ pattern: STEP.source });

export const signOffRequest = keys({
  role,
  decision: z.enum(['approve', 'reject']),
  commit,
  manifest,
  comment: words.exactOptional(),
}).meta({ id: 'SignOffRequest' });

export const checkRequest = keys({
  item: projectName,
  passed: z.boolean(),
  commit,
  manifest,
  note: words.exactOptional(),
}).meta({ id: 'CheckRequest' });

export const decisionRequest = keys({
  step,
  attempt: z.int().min(1),
  action: z.enum(['retry', 'skip', 'abort']),
  reason: words,
}).meta({ id: 'DecisionRequest' });

export const fixRequest = keys({ commits: z.array(sha).min(1).max(100) }).meta({ id: 'FixRequest' });

export const watchRequest = keys({
  attempt: z.int().min(1),
  action: z.enum(['extend', 'conclude', 'rollback']),
  reason: words,
  hours: z.int().min(1).max(2160).exactOptional(),
}).meta({ id: 'WatchRequest' });

export const controlRequest = keys({ reason: words }).meta({ id: 'ControlRequest' });

export interface SignalRoute {
  readonly path: string;
  readonly name: SignalName;
  /** What it asks for, which may hang on its body. */
  readonly act: Act | ((body: { action?: string }) => Act);
  readonly schema: z.ZodType<object>;
}

/** What people can tell a run: route, signal, body, and who may plainly not. */
export const SIGNAL_ROUTES: readonly SignalRoute[] = [
  { path: 'sign-offs', name: 'signOff', act: 'sign', schema: signOffRequest },
  { path: 'checks', name: 'check', act: 'check', schema: checkRequest },
  {
    path: 'decisions',
    name: 'decide',
    act: ({ action }) => (action === 'skip' ? 'skip' : 'decide'),
    schema: decisionRequest,
  },
  { path: 'fix', name: 'fixReady', act: 'fix', schema: fixRequest },
  {
    path: 'watch',
    name: 'watch',
    act: ({ action }) => (action === 'rollback' ? 'roll-back' : 'watch'),
    schema: watchRequest,
  },
  { path: 'pause', name: 'pause', act: 'control', schema: controlRequest },
  { path: 'resume', name: 'resume', act: 'control', schema: controlRequest },
  { path: 'abort', name: 'abort', act: 'control', schema: controlRequest },
];
