import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { detailsOf } from '../domain/run/details.ts';
import type { RunState } from '../domain/run/state.ts';
import { judgeStatus } from '../domain/run/steps.ts';

const PHASE = defineSearchAttributeKey('SlipwayPhase', 'KEYWORD');
const STATUS = defineSearchAttributeKey('SlipwayStatus', 'KEYWORD');
const WAITING_FOR = defineSearchAttributeKey('SlipwayWaitingFor', 'KEYWORD_LIST');
const OUTCOME = defineSearchAttributeKey('SlipwayOutcome', 'KEYWORD');

/** Last shown attributes of each run: keyed by its state object, which lives as long as the run's workflow does. */
const shown = new WeakMap<RunState, string>();

/** Keeps what the Temporal UI and lists show of a run up to date. Search attributes cost an event each time: only phase, status and waits change them. */
export function show(state: RunState): void {
  judgeStatus(state);
  setCurrentDetails(detailsOf(state));
  const shownWaits = state.waitingFor.filter(({ kind }) => kind !== 'machine');
  const waitingFor = [...new Set(shownWaits.flatMap((one) => one.for))].slice(0, 20);
  // A run that works from step to step, or waits for a machine, is just "running".
  const status = state.status === 'waiting' && waitingFor.length === 0 ? 'running' : state.status;
  const key = JSON.stringify([state.phase, status, waitingFor, state.outcome]);
  if (shown.get(state) === key) return;
  shown.set(state, key);
  upsertSearchAttributes([
    { key: PHASE, value: state.phase },
    { key: STATUS, value: status },
    { key: WAITING_FOR, value: waitingFor },
    ...(state.outcome ? [{ key: OUTCOME, value: state.outcome }] : []),
  ]);
}
