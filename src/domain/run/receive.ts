import { applyCheck } from './checklist.ts';
import { applyControl, applyDecision } from './decisions.ts';
import { canonical, type Payloads, readSignal } from './messages.ts';
import { applySignOff } from './sign-offs.ts';
import type { RunState, SignalName } from './state.ts';

/** undefined: it counts; else why not. */
export type Verdict = string | undefined;

/**
 * Takes a signal in, applies the rules at once, and keeps the answer where the sender's next query finds it.
 * What comes before the run knows its project and people waits, and is judged in order after it.
 */
export function receive(state: RunState, name: SignalName, raw: unknown, now: string): void {
  const read = readSignal(name, raw);
  if ('faults' in read) {
    const sent = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
    return refuse(
      state,
      name,
      String(sent.by ?? 'unknown'),
      String(sent.requestId ?? ''),
      `malformed: ${read.faults.join('; ')}`,
      raw,
      now,
    );
  }
  const { by, requestId } = read.payload;
  const key = answerKey(name, by, requestId);
  const body = canonical(read.payload);
  const earlier = state.answers[key];
  if (earlier?.body === body && earlier.verdict !== 'pending') return;
  if (earlier && earlier.body !== body) {
    return refuse(state, name, by, requestId, 'this request id was used before with another content', raw, now);
  }
  if (state.status === 'ended') return answer(state, name, read.payload, 'the run has ended', now);
  if (!state.frozen) {
    if (!earlier) state.inbox.push({ name, payload: read.payload, at: now });
    state.answers[key] = { verdict: 'pending', body };
    return;
  }
  answer(state, name, read.payload, judge(state, name, read.payload, now), now);
}

/** Judges what came early, in the order in which it came. */
export function emptyInbox(state: RunState): void {
  const waiting = state.inbox;
  state.inbox = [];
  for (const { name, payload, at } of waiting) receive(state, name, payload, at);
}

export function answerKey(name: SignalName, by: string, requestId: string): string {
  return `${name}:${by}:${requestId}`;
}

function judge(state: RunState, name: SignalName, payload: Payloads[SignalName], now: string): Verdict {
  switch (name) {
    case 'signOff':
      return applySignOff(state, payload as Payloads['signOff'], now);
    case 'check':
      return applyCheck(state, payload as Payloads['check'], now);
    case 'decide':
      return applyDecision(state, payload as Payloads['decide'], now);
    default:
      return applyControl(state, name, payload as Payloads['pause'], now);
  }
}

function answer(state: RunState, name: SignalName, payload: Payloads[SignalName], verdict: Verdict, now: string): void {
  const body = canonical(payload);
  if (verdict === undefined) {
    state.answers[answerKey(name, payload.by, payload.requestId)] = { verdict: 'counted', body };
    return;
  }
  state.answers[answerKey(name, payload.by, payload.requestId)] = { verdict: 'refused', reason: verdict, body };
  refuse(state, name, payload.by, payload.requestId, verdict, payload, now);
}

/** Refusals are kept, but not without end: whoever floods a run must not break it. */
const KEPT_REFUSALS = 200;

function refuse(
  state: RunState,
  signal: SignalName,
  by: string,
  requestId: string,
  reason: string,
  sent: unknown,
  now: string,
): void {
  state.refusals.push({
    at: now,
    signal,
    by: by.slice(0, 100),
    requestId: requestId.slice(0, 100),
    reason: reason.slice(0, 1000),
    sent: canonical(sent).slice(0, 500),
  });
  if (state.refusals.length > KEPT_REFUSALS) state.refusals.splice(0, state.refusals.length - KEPT_REFUSALS);
}
