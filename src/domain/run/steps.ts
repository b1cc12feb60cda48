import type { ProblemNote } from '../problem.ts';
import type { Evidence, Phase, RunState, Step, Waiting } from './state.ts';

export interface StepSpec {
  /** `<phase>.<name>`, e.g. `test.gate.unit-tests`. */
  readonly id: string;
  readonly title: string;
  /** A person may go on without it. */
  readonly skippable?: boolean;
  readonly beside?: boolean;
}

/** What an activity tells of a step besides its result. */
export interface StepReport {
  readonly summary: string;
  readonly evidence?: readonly Evidence[];
  /** It was there already, and equal. */
  readonly adopted?: boolean;
  /** Left out by policy, not by a person; the summary says why. */
  readonly omitted?: boolean;
}

export function enterPhase(state: RunState, phase: Phase): void {
  state.phase = phase;
}

/** Begins a step, or another attempt of it; after "back to test" its steps begin anew. */
export function beginStep(state: RunState, spec: StepSpec, now: string): Step {
  const known = state.steps.find((one) => one.id === spec.id);
  if (known) {
    known.attempt += 1;
    known.status = 'running';
    known.startedAt = now;
    known.summary = '';
    known.evidence = [];
    delete known.endedAt;
    delete known.problem;
    delete known.skipped;
    return known;
  }
  const step: Step = {
    id: spec.id,
    title: spec.title,
    status: 'running',
    attempt: 1,
    startedAt: now,
    summary: '',
    evidence: [],
    skippable: spec.skippable ?? false,
    ...(spec.beside ? { beside: true } : {}),
  };
  state.steps.push(step);
  return step;
}

export function describeStep(state: RunState, id: string, { summary, evidence = [] }: StepReport): void {
  const step = state.steps.find((one) => one.id === id);
  if (step) Object.assign(step, { summary, evidence: [...evidence] });
}

export function finishStep(step: Step, report: StepReport, now: string): void {
  step.status = report.omitted ? 'skipped' : report.adopted ? 'adopted' : 'done';
  step.summary = report.summary;
  step.evidence = [...(report.evidence ?? [])];
  step.endedAt = now;
  delete step.problem;
}

export function blockStep(step: Step, problem: ProblemNote): void {
  step.status = 'blocked';
  step.problem = problem;
  step.summary = problem.message;
}

export function skipStep(step: Step, now: string): void {
  step.status = 'skipped';
  step.endedAt = now;
  step.summary = step.skipped ? `skipped by ${step.skipped.by}: ${step.skipped.reason}` : step.summary;
}

export function failStep(step: Step, summary: string, now: string): void {
  step.status = 'failed';
  step.summary = summary;
  step.endedAt = now;
}

/** What is told beside the run's own work, again and again: one step, which says how the last telling went. */
export function noteTold(
  state: RunState,
  spec: StepSpec,
  { report, problem }: { report?: StepReport; problem?: ProblemNote },
  now: string,
): void {
  const step = state.steps.find(({ id }) => id === spec.id) ?? beginStep(state, { ...spec, beside: true }, now);
  step.startedAt = now; // else it would seem to have worked ever since
  if (problem) {
    step.problem = problem;
    failStep(step, problem.message, now);
  } else if (report) finishStep(step, report, now);
}

/** Replaces what a step waits for; an empty list ends its wait. */
export function waitFor(
  state: RunState,
  step: string,
  kind: Waiting['kind'],
  names: readonly string[],
  now: string,
): void {
  const earlier = state.waitingFor.find((one) => one.step === step && one.kind === kind);
  const same = earlier && earlier.for.length === names.length && earlier.for.every((name, at) => name === names[at]);
  if (same) return;
  state.waitingFor = state.waitingFor.filter((one) => one.step !== step);
  const entry = state.steps.find((one) => one.id === step);
  if (entry && kind !== 'decision' && (entry.status === 'running' || entry.status === 'waiting')) {
    entry.status = names.length > 0 ? 'waiting' : 'running';
  }
  if (names.length > 0) state.waitingFor.push({ step, kind, for: names, since: earlier?.since ?? now });
}

/** What the run is doing, in one word. */
export function judgeStatus(state: RunState): void {
  if (state.status === 'ended') return;
  const busy = state.steps.some((one) => one.status === 'running' && !one.beside);
  const blocked = state.steps.some((one) => one.status === 'blocked');
  if (state.paused && !busy) state.status = 'paused';
  else if (blocked) state.status = 'blocked';
  else if (busy || state.waitingFor.length === 0) state.status = 'running';
  else state.status = 'waiting';
}
