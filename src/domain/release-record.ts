import type { Outcome, RunState, Step } from './run/state.ts';
import { toPep440 } from './version.ts';
import { tagOf } from './version-tag.ts';

/** The step that keeps the record: of itself it cannot tell. */
export const RECORD_STEP = 'close.record';

/**
 * What stays of a run for good, in public: who did, found and decided what, when, on which bytes. Left out is what was sent to the run
 * and refused, word for word, and all that is the service's own (its people, names of credentials).
 */
export function releaseRecord(state: RunState, outcome: Outcome) {
  const project = state.frozen?.project;
  return {
    schema: 1,
    run: { id: state.id, runId: state.runId, kind: state.kind, procedure: state.procedure },
    project: state.project,
    package: project?.package ?? state.project,
    version: state.version,
    pep440: toPep440(state.version),
    tag: tagOf(state.version, project?.version.tag),
    outcome,
    policy: project?.policy ?? null,
    startedBy: state.startedBy,
    startedAt: state.startedAt,
    commit: state.commit ?? null,
    tree: state.tree ?? null,
    manifest: state.manifest ?? null,
    breaking: state.breaking,
    signOffs: state.signOffs,
    checklist: state.checklist,
    afterwards: state.afterwards ?? [],
    decisions: state.decisions,
    refusals: state.refusals.map(({ at, signal, by, reason }) => ({ at, signal, by, reason })),
    window: state.window ?? null,
    steps: state.steps.filter(({ id }) => id !== RECORD_STEP).map(stepRecord),
    links: state.links,
    notUndone: state.notUndone,
  };
}

export type ReleaseRecord = ReturnType<typeof releaseRecord>;

function stepRecord({ id, title, status, attempt, startedAt, endedAt, summary, evidence, problem, skipped }: Step) {
  return {
    ...{ id, title, status, attempt, startedAt, endedAt: endedAt ?? null, summary, evidence },
    ...(problem === undefined ? {} : { problem: { code: problem.code, message: problem.message } }),
    ...(skipped === undefined ? {} : { skipped }),
  };
}
