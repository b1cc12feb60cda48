import { applyCheck } from './checklist.ts';
import { applyControl, applyDecision } from './decisions.ts';
import { applyFix } from './fix.ts';
import { canonical, type Payloads, readSignal } from './messages.ts';
import { applySignOff } from './sign-offs.ts';
import type { RunState, SignalName } from './state.ts';
import { applyWatch } from './watching.ts';

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
    const sender = { by: String(sent.by ?? 'unknown'), requestId: String(sent.requestId ?? '') };
    refuse(state, name, sender, `malformed: ${read.faults.join('; ')}`, raw, now);
    return;
  }
  const payload = read.payload;
  const key = answerKey(name, payload.by, payload.requestId);
  const body = canonical(payload);
  const earlier = state.answers[key];
  if (earlier && earlier.body !== body) {
    refuse(state, name, payload, 'this request id was used before with another content', raw, now);
  } else if (earlier === undefined || earlier.verdict === 'pending') {
    take(state, name, payload, now);
  }
}

function take(state: RunState, name: SignalName, payload: Payloads[SignalName], now: string): void {
  if (state.status === 'ended') {
    answer(state, name, payload, 'the run has ended', now);
  } else if (state.frozen) {
    answer(state, name, payload, judge(state, name, payload, now), now);
  } else {
    state.inbox.push({ name, payload, at: now });
    state.answers[answerKey(name, payload.by, payload.requestId)] = {
      verdict: 'pending',
      body: canonical(payload),
      at: now,
    };
  }
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
    case 'fixReady':
      return applyFix(state, payload as Payloads['fixReady'], now);
    case 'watch':
      return applyWatch(state, payload as Payloads['watch'], now);
    default:
      return applyControl(state, name, payload as Payloads['pause'], now);
  }
}

function answer(state: RunState, name: SignalName, payload: Payloads[SignalName], verdict: Verdict, now: string): void {
  const key = answerKey(name, payload.by, payload.requestId);
  const body = canonical(payload);
  state.answers[key] =
    verdict === undefined
      ? { verdict: 'counted', body, at: now }
      : { verdict: 'refused', reason: verdict, body, at: now };
  if (verdict !== undefined) refuse(state, name, payload, verdict, payload, now);
}

/** Refusals are kept, but not without end: whoever floods a run must not break it. */
const KEPT_REFUSALS = 200;

function refuse(
  state: RunState,
  signal: SignalName,
  sender: { by: string; requestId: string },
  reason: string,
  sent: unknown,
  now: string,
): void {
  state.refusals.push({
    at: now,
    signal,
    by: sender.by.slice(0, 100),
    requestId: sender.requestId.slice(0, 100),
    reason: reason.slice(0, 1000),
    sent: canonical(sent).slice(0, 500),
  });
  if (state.refusals.length > KEPT_REFUSALS) state.refusals.splice(0, state.refusals.length - KEPT_REFUSALS);
}
