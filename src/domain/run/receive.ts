import { applyCheck } from './checklist.ts';
import { applyControl, applyDecision } from './decisions.ts';
import { applyFix } from './fix.ts';
import { canonical, type Payloads, type Received, readSignal } from './messages.ts';
import { faultOfProof, needsVerifying, type PublicKeys, readProof, type SentSignal, signedSignal } from './proof.ts';
import { applySignOff } from './sign-offs.ts';
import type { RunState, SignalName } from './state.ts';
import { applyWatch } from './watching.ts';

/** undefined: it counts; else why not. */
export type Verdict = string | undefined;

/**
 * Takes a signal in, and keeps the answer where the sender's next query finds it. It is judged at once, unless the run does not know
 * its project and people yet, or a proof must be verified first: then it waits, and everything is judged in the order in which it came.
 */
export function receive(state: RunState, name: SignalName, raw: unknown, now: string): void {
  const read = readSignal(name, raw);
  const sent = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  if ('faults' in read) {
    const sender = { by: String(sent.by ?? 'unknown'), requestId: String(sent.requestId ?? '') };
    refuse(state, name, sender, `malformed: ${read.faults.join('; ')}`, raw, now);
    return;
  }
  const proof = readProof(sent.proof);
  const received = { name, payload: read.payload, at: now, ...(proof ? { proof } : {}) };
  if (isAnswered(state, received)) return;
  const key = keyOf(received);
  if (state.answers[key]?.verdict !== 'pending')
    state.answers[key] = { verdict: 'pending', body: canonical(read.payload), at: now };
  state.inbox.push(received);
  judgeInbox(state);
}

/** Judges what waits and has nothing to be verified, up to the first signal that has. */
export function judgeInbox(state: RunState): void {
  for (let next = state.inbox[0]; next && isReady(state, next); next = state.inbox[0]) judgeNext(state, undefined);
}

/** An activation of a workflow has a second: one verification takes some milliseconds. */
const VERIFIED_AT_ONCE = 20;

/** What waits for its proof to be verified: now, or once the keys are read anew, since it names one that the run does not know yet. */
export function provable(state: RunState): 'none' | 'now' | 'with-other-keys' {
  const next = state.status === 'ended' ? undefined : state.inbox[0];
  if (!state.frozen || !next?.proof) return 'none';
  return Object.hasOwn(state.frozen.keys ?? {}, next.proof.kid) ? 'now' : 'with-other-keys';
}

/** Verifies and judges what waits, in order, as long as the keys are known; `keys` are all that there are. */
export function judgeProven(state: RunState, execution: Signable, keys?: PublicKeys): void {
  if (keys && state.frozen) state.frozen = { ...state.frozen, keys: { ...state.frozen.keys, ...keys } };
  for (let count = 0; count < VERIFIED_AT_ONCE; count += 1) {
    const waits = provable(state);
    if (waits === 'none' || (waits === 'with-other-keys' && !keys)) return;
    const { name, payload, proof } = state.inbox[0]!;
    const text = signedSignal({ ...execution, name, payload: payload as object }, proof!);
    judgeNext(state, faultOfProof(proof!, text, state.frozen!.keys ?? {}));
    judgeInbox(state);
  }
}

type Signable = Pick<SentSignal, 'namespace' | 'id' | 'firstRunId'>;

function isReady({ frozen, status }: RunState, { proof }: Received): boolean {
  return status === 'ended' || (frozen !== undefined && !needsVerifying(frozen, proof));
}

function judgeNext(state: RunState, fault: string | undefined): void {
  const received = state.inbox.shift()!;
  if (isAnswered(state, received)) return;
  const { name, at, proof } = received;
  const payload = received.payload as Payloads[SignalName];
  const unsigned = proof === undefined && state.frozen?.unsignedSignals === 'refuse';
  const missing = unsigned ? 'it carries no proof: send it through the API, which signs it' : undefined;
  const wrong = fault ?? missing;
  if (state.status === 'ended') answer(state, name, payload, 'the run has ended', at);
  else if (wrong !== undefined) refuseUnproven(state, received, wrong);
  else answer(state, name, payload, judge(state, received), at);
}

/** Nobody is answered for: the role stays free, and who is named may still use the request id. */
function refuseUnproven(state: RunState, received: Received, reason: string): void {
  const { name, at } = received;
  const payload = received.payload as Payloads[SignalName];
  state.answers[keyOf(received)] = { verdict: 'refused', reason, body: canonical(payload), at, unproven: true };
  refuse(state, name, payload, reason, payload, at);
}

/** The same again counts once; another content under the same request id is an error. */
function isAnswered(state: RunState, received: Received): boolean {
  const earlier = state.answers[keyOf(received)];
  if (!earlier || earlier.verdict === 'pending' || earlier.unproven) return false;
  const payload = received.payload as Payloads[SignalName];
  if (earlier.body !== canonical(payload)) {
    const reason = 'this request id was used before with another content';
    refuse(state, received.name, payload, reason, payload, received.at);
  }
  return true;
}

function keyOf({ name, payload }: Received): string {
  const { by, requestId } = payload as Payloads[SignalName];
  return answerKey(name, by, requestId);
}

export function answerKey(name: SignalName, by: string, requestId: string): string {
  return `${name}:${by}:${requestId}`;
}

function judge(state: RunState, { name, payload, at, proof }: Received): Verdict {
  switch (name) {
    case 'signOff':
      return applySignOff(state, { ...(payload as Payloads['signOff']), ...(proof ? { proof } : {}) }, at);
    case 'check':
      return applyCheck(state, payload as Payloads['check'], at);
    case 'decide':
      return applyDecision(state, payload as Payloads['decide'], at);
    case 'fixReady':
      return applyFix(state, payload as Payloads['fixReady'], at);
    case 'watch':
      return applyWatch(state, payload as Payloads['watch'], at);
    default:
      return applyControl(state, name, payload as Payloads['pause'], at);
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
  signal: SignalName | 'start',
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

/** Nobody knows who started it. */
export function refuseStart(state: RunState, reason: string): void {
  const { startedBy, startedAt, request } = state;
  refuse(state, 'start', { by: startedBy, requestId: request.requestId ?? '' }, reason, request, startedAt);
}
