/** Payloads of signals (docs/procedures.md). They may come from anywhere, so each is read from `unknown`. */
import type { Role } from '../project.ts';
import type { Proof } from './proof.ts';
import type { SignalName } from './state.ts';

interface Sent {
  readonly requestId: string;
  readonly by: string;
}

export interface SignOffSignal extends Sent {
  readonly role: Role;
  readonly decision: 'approve' | 'reject';
  readonly commit: string;
  readonly manifest: string;
  readonly comment?: string;
  /** Kept with the sign-off, for those who verify it once more. */
  readonly proof?: Proof;
}

export interface CheckSignal extends Sent {
  readonly item: string;
  readonly passed: boolean;
  readonly commit: string;
  readonly manifest: string;
  readonly note?: string;
}

export interface DecideSignal extends Sent {
  readonly step: string;
  readonly attempt: number;
  readonly action: 'retry' | 'skip' | 'abort';
  readonly reason: string;
}

/** The fix is on the hotfix branch up to `commits`: full SHAs, the last of them the branch's head. */
export interface FixReadySignal extends Sent {
  readonly commits: readonly string[];
}

/** What becomes of the window; `attempt` is the window's, so that an answer to an earlier question does not count. */
export interface WatchSignal extends Sent {
  readonly attempt: number;
  readonly action: 'extend' | 'conclude' | 'rollback';
  readonly reason: string;
  /** For `extend`; without it the window's own length. */
  readonly hours?: number;
}

export interface ControlSignal extends Sent {
  readonly reason: string;
}

/** A signal that waits to be judged. */
export interface Received {
  readonly name: SignalName;
  readonly payload: unknown;
  readonly at: string;
  readonly proof?: Proof;
}

export interface Payloads {
  signOff: SignOffSignal;
  check: CheckSignal;
  decide: DecideSignal;
  fixReady: FixReadySignal;
  watch: WatchSignal;
  pause: ControlSignal;
  resume: ControlSignal;
  abort: ControlSignal;
}

type Kind = 'string' | 'boolean' | 'positive' | 'commits' | readonly string[];

const SHAPES: Record<SignalName, Record<string, Kind>> = {
  signOff: {
    role: 'string',
    decision: ['approve', 'reject'],
    commit: 'string',
    manifest: 'string',
    'comment?': 'string',
  },
  check: { item: 'string', passed: 'boolean', commit: 'string', manifest: 'string', 'note?': 'string' },
  decide: { step: 'string', attempt: 'positive', action: ['retry', 'skip', 'abort'], reason: 'string' },
  fixReady: { commits: 'commits' },
  watch: {
    attempt: 'positive',
    action: ['extend', 'conclude', 'rollback'],
    reason: 'string',
    'hours?': 'positive',
  },
  pause: { reason: 'string' },
  resume: { reason: 'string' },
  abort: { reason: 'string' },
};

/** The payload as its type, or every fault in it; fields that nobody asked for are dropped. */
export function readSignal<N extends SignalName>(
  name: N,
  raw: unknown,
): { payload: Payloads[N] } | { faults: string[] } {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return { faults: ['the payload is not an object'] };
  const given = raw as Record<string, unknown>;
  const faults: string[] = [];
  const payload: Record<string, unknown> = {};
  for (const [key, kind] of Object.entries({ requestId: 'string', by: 'string', ...SHAPES[name] } as Record<
    string,
    Kind
  >)) {
    const field = key.replace('?', '');
    const value = given[field];
    if (value === undefined && key.endsWith('?')) continue;
    const fault = faultOf(value, kind);
    if (fault) faults.push(`${field} ${fault}`);
    else payload[field] = value;
  }
  return faults.length > 0 ? { faults } : { payload: payload as unknown as Payloads[N] };
}

function faultOf(value: unknown, kind: Kind): string | undefined {
  if (kind === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (kind === 'positive')
    return Number.isInteger(value) && Number(value) > 0 ? undefined : 'must be a whole number from 1';
  if (kind === 'commits') return isCommits(value) ? undefined : 'must be a list of 1 to 100 full commit SHAs';
  if (typeof value !== 'string' || value.trim() === '') return 'must be a text that is not empty';
  if (value.length > 4000) return 'must be at most 4000 characters';
  if (typeof kind !== 'string' && !kind.includes(value)) return `must be one of ${kind.join(', ')}`;
  return undefined;
}

function isCommits(value: unknown): boolean {
  const sha = /^[0-9a-f]{40}$/;
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 100 &&
    value.every((one) => typeof one === 'string' && sha.test(one))
  );
}

/** JSON with sorted keys: the same content, the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
