import { isOwnUnderStrict, refusalOfSender } from '../authority.ts';
import type { ControlSignal, DecideSignal } from './messages.ts';
import { voidSignOffs } from './sign-offs.ts';
import type { RunState } from './state.ts';

/** A decision is for one blocked step and this very attempt of it. */
export function applyDecision(state: RunState, signal: DecideSignal, now: string): string | undefined {
  const refusal = refusalOfSender(state, signal.by, signal.action === 'skip' ? 'skip' : 'decide');
  if (refusal) return refusal;
  const step = state.steps.find((one) => one.id === signal.step);
  if (!step) return `this run has no step ${signal.step}`;
  if (step.attempt !== signal.attempt)
    return `attempt ${step.attempt} of ${step.id} is the current one, not ${signal.attempt}`;
  if (step.status !== 'blocked') return `${step.id} is ${step.status}, not blocked: there is nothing to decide`;
  if (decisionFor(state, signal.step, signal.attempt))
    return `attempt ${signal.attempt} of ${step.id} is decided already`;
  if (signal.action === 'skip') {
    if (!step.skippable) return `${step.id} is never skipped`;
    if (state.reached === 'nothing' && isOwnUnderStrict(state.frozen!.project, signal.by, state.startedBy)) {
      return `${signal.by} started this run: under strict policy a skip before the merge is another person's to give`;
    }
    if (state.reached === 'nothing') voidSignOffs(state, `${step.id} was skipped after the sign-off`);
    step.skipped = { by: signal.by, reason: signal.reason };
  }
  state.decisions.push({
    step: signal.step,
    attempt: signal.attempt,
    action: signal.action,
    by: signal.by,
    reason: signal.reason,
    at: now,
  });
  if (signal.action === 'abort') state.aborted = { by: signal.by, reason: signal.reason, at: now };
  return undefined;
}

export function decisionFor(state: RunState, step: string, attempt: number): 'retry' | 'skip' | 'abort' | undefined {
  return state.decisions.find((one) => one.step === step && one.attempt === attempt)?.action;
}

export function applyControl(
  state: RunState,
  name: 'pause' | 'resume' | 'abort',
  signal: ControlSignal,
  now: string,
): string | undefined {
  const refusal = refusalOfSender(state, signal.by, 'control');
  if (refusal) return refusal;
  if (name === 'resume') {
    if (!state.paused) return 'the run is not paused';
    delete state.paused;
    return undefined;
  }
  if (state.aborted) return `the run is being aborted by ${state.aborted.by}`;
  if (name === 'pause') {
    if (state.paused) return `the run is paused already by ${state.paused.by}`;
    state.paused = { by: signal.by, reason: signal.reason, at: now };
    return undefined;
  }
  state.aborted = { by: signal.by, reason: signal.reason, at: now };
  return undefined;
}
