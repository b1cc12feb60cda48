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
const step = text((value) =>
  /^[a-z0-9][a-z0-9._-]{0,127}$/.test(value) ? undefined : ['is no step', "Send a step's id, such as test.gate.tests."],
);
const reason = keys({ reason: words });

export interface SignalRoute {
  readonly path: string;
  readonly name: SignalName;
  /** What it asks for, which may hang on its body. */
  readonly act: Act | ((body: { action?: string }) => Act);
  readonly schema: z.ZodType<object>;
}

/** What people can tell a run: route, signal, body, and who may plainly not. */
export const SIGNAL_ROUTES: readonly SignalRoute[] = [
  {
    path: 'sign-offs',
    name: 'signOff',
    act: 'sign',
    schema: keys({ role, decision: z.enum(['approve', 'reject']), commit, manifest, comment: words.exactOptional() }),
  },
  {
    path: 'checks',
    name: 'check',
    act: 'check',
    schema: keys({ item: projectName, passed: z.boolean(), commit, manifest, note: words.exactOptional() }),
  },
  {
    path: 'decisions',
    name: 'decide',
    act: ({ action }) => (action === 'skip' ? 'skip' : 'decide'),
    schema: keys({ step, attempt: z.int().min(1), action: z.enum(['retry', 'skip', 'abort']), reason: words }),
  },
  { path: 'fix', name: 'fixReady', act: 'fix', schema: keys({ commits: z.array(sha).min(1).max(100) }) },
  {
    path: 'watch',
    name: 'watch',
    act: ({ action }) => (action === 'rollback' ? 'roll-back' : 'watch'),
    schema: keys({
      attempt: z.int().min(1),
      action: z.enum(['extend', 'conclude', 'rollback']),
      reason: words,
      hours: z.int().min(1).max(2160).exactOptional(),
    }),
  },
  { path: 'pause', name: 'pause', act: 'control', schema: reason },
  { path: 'resume', name: 'resume', act: 'control', schema: reason },
  { path: 'abort', name: 'abort', act: 'control', schema: reason },
];
