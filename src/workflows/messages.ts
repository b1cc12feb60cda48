/** Signals are the contract (docs/procedures.md): the API sends them, and so can the Temporal CLI and the Temporal UI. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Claim, LaneState } from '../domain/lane.ts';
import type { Heard } from '../domain/run/github-word.ts';
import type { CheckSignal, ControlSignal, DecideSignal, SignOffSignal } from '../domain/run/messages.ts';
import type { MonitorReport, MonitorState, Steering } from '../domain/run/monitor.ts';
import type { RunState } from '../domain/run/state.ts';

export const signOff = defineSignal<[SignOffSignal]>('signOff');
export const check = defineSignal<[CheckSignal]>('check');
export const decide = defineSignal<[DecideSignal]>('decide');
export const pause = defineSignal<[ControlSignal]>('pause');
export const resume = defineSignal<[ControlSignal]>('resume');
export const abort = defineSignal<[ControlSignal]>('abort');
/** Something outside may have changed: look again. */
export const wake = defineSignal<[{ reason: string }]>('wake');
/** What was written to Slipway on GitHub and does not count: shown there again. It is no act of anybody's. */
export const heard = defineSignal<[Omit<Heard, 'at'>]>('heard');
export const state = defineQuery<RunState>('state');

/** Between a run and its project's lane. */
export const enter = defineSignal<[{ id: string; runId: string; urgent: boolean }]>('enter');
export const claim = defineSignal<[Claim]>('claim');
export const giveUp = defineSignal<[Claim]>('giveUp');
export const leave = defineSignal<[{ id: string; runId: string }]>('leave');
export const granted = defineSignal<[{ holder: string; ahead: readonly string[] }]>('granted');
export const lane = defineQuery<LaneState>('lane');

/** Between a run and the monitor of its window. */
export const observed = defineSignal<[MonitorReport]>('observed');
export const steer = defineSignal<[Steering]>('steer');
export const monitored = defineQuery<MonitorState>('state');
