import { canonical } from './run/messages.ts';
import type { RunState } from './run/state.ts';

/** Who did what, when, from where, and what came of it. */
export interface AuditEntry {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `start-release`, a signal's name such as `signOff`, `sign-in`, `sign-out`, `authenticate`, `webhook`, `look` … */
  readonly what: string;
  /** null: nobody that is known. */
  readonly by: string | null;
  /** How they were known; `github`: by their account there; `run`: the run itself says so, nothing came by the API. */
  readonly means: 'token' | 'session' | 'jwt' | 'oidc' | 'webhook' | 'github' | 'run' | null;
  readonly from: { readonly address: string | null; readonly agent: string | null };
  /** `pending`: nobody had looked yet when it was answered. `failed`: our own trouble. */
  readonly verdict: 'accepted' | 'refused' | 'pending' | 'failed';
  readonly code?: string;
  readonly reason?: string;
  /** Of the HTTP request, as in the log and in its answer. */
  readonly requestId: string | null;
  /** Of the start or the signal: by it the run knows it too. */
  readonly key?: string;
  readonly project?: string;
  readonly run?: string;
  readonly runId?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** All that a run was told, by its own account: what came around the API is in it as well. */
export function actsOf(state: RunState): AuditEntry[] {
  const { id, runId, project, kind, request } = state;
  const every = {
    ...{ means: 'run' as const, from: { address: null, agent: null }, requestId: null },
    ...{ project, run: id, runId },
  };
  const start: AuditEntry = {
    ...{ id: `${runId}:start`, at: state.startedAt, what: `start-${kind}`, by: state.startedBy },
    ...{ ...every, verdict: 'accepted', ...(request.requestId === undefined ? {} : { key: request.requestId }) },
  };
  const answered = Object.entries(state.answers).flatMap(([answer, { at, verdict, reason, body }]): AuditEntry[] => {
    if (at === undefined) return []; // of a run that began before answers had times
    const [what = ''] = answer.split(':');
    const sent = JSON.parse(body) as { by: string; requestId: string };
    const accepted = { counted: 'accepted', refused: 'refused', pending: 'pending' } as const;
    return [
      {
        ...{
          id: `${runId}:${answer}`,
          at,
          what,
          by: sent.by,
          ...every,
          key: sent.requestId,
          verdict: accepted[verdict],
        },
        ...{ ...(reason === undefined ? {} : { reason }), details: detailsOf({ ...sent }) },
      },
    ];
  });
  const known = new Set(
    answered.filter(({ verdict }) => verdict === 'refused').map((one) => `${one.at} ${one.reason}`),
  );
  const others = state.refusals
    .filter(({ at, reason }) => !known.has(`${at} ${reason}`))
    .map(
      ({ at, signal, by, reason, requestId: key, sent }, index): AuditEntry => ({
        ...{ id: `${runId}:refusal:${at}:${index}`, at, what: signal, by, ...every, verdict: 'refused', reason },
        details: { sent, requestId: key },
      }),
    );
  return [start, ...answered, ...others];
}

const SAID = [
  'role',
  'decision',
  'step',
  'attempt',
  'action',
  'item',
  'passed',
  'hours',
  'reason',
  'comment',
  'note',
  'via',
];

/** What an entry repeats of a request: what it decides, for which commit and manifest. */
export function detailsOf(body: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const found: Record<string, string | number | boolean> = {};
  for (const name of [...SAID, 'commit', 'manifest', 'version', 'bump', 'dryRun', 'testOnly', 'adopt', 'title']) {
    const value = body[name];
    if (typeof value === 'number' || typeof value === 'boolean') found[name] = value;
    else if (typeof value === 'string') found[name] = value.slice(0, 300);
    else if (value !== undefined) found[name] = canonical(value).slice(0, 300);
  }
  return found;
}
