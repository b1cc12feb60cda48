import { condition, defineSignal, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import type { ReleaseContext } from '../activities/index.ts';
import type { Waits } from '../domain/project.ts';
import { hear } from '../domain/run/github-word.ts';
import { judgeInbox, receive, refuseStart } from '../domain/run/receive.ts';
import type { RunRequest } from '../domain/run/request.ts';
import {
  type Frozen,
  openState,
  type Phase,
  type RunKind,
  type RunState,
  type SignalName,
  type Waiting,
} from '../domain/run/state.ts';
import { beginStep, blockStep, enterPhase, failStep, finishStep, judgeStatus, waitFor } from '../domain/run/steps.ts';
import { hands } from './activities.ts';
import { problemOf } from './failure.ts';
import * as messages from './messages.ts';
import { verifyMeanwhile } from './proofs.ts';
import { show } from './show.ts';
import { tellMeanwhile } from './telling.ts';
import { referTo } from './thrift.ts';

/** A run of a procedure: its state, which is all that is shown of it, and what has reached it from outside. */
export interface Run {
  readonly state: RunState;
  readonly context: ReleaseContext;
  readonly waits: Waits;
  /** How often something outside said: look again. */
  wakes: number;
  /** Has it asked for its turn, and not left since? */
  inLane: boolean;
  /** Why it does nothing at all: it was started around the API. */
  readonly refused?: string;
  /** Is it undoing what it did? */
  takingBack: boolean;
  /** Pull requests that bring what was released back, by the branch that they are for. */
  readonly pullRequests: Map<string, number>;
  /** Announcements that a channel has not taken yet. */
  readonly unheard: { readonly id: string; readonly send: () => Promise<unknown> }[];
  /** Done when the record that was begun last is kept. */
  archived?: Promise<void>;
  /** Done when GitHub has been told of the end, or could not be. */
  told?: Promise<void>;
  /** What the project's lane said last. */
  turn?: { readonly holder: string; readonly ahead: readonly string[] };
}

/** Before the project is known: its own file may set others. */
const FIRST_WAITS = { quick: 300, heartbeat: 10 } as Waits;

/** Opens a run: first its handlers, since a signal may already be waiting; then what the service knows of the project. */
export async function openRun(kind: RunKind, request: RunRequest): Promise<Run> {
  const { workflowId, runId, startTime } = workflowInfo();
  const state = openState({ id: workflowId, runId, kind, request, now: now() });
  const opening = {
    ...{ state, wakes: 0, inLane: false, takingBack: false },
    pullRequests: new Map<string, number>(),
    unheard: [] as Run['unheard'],
  } as Run;
  listen(opening);
  const frozen = await freeze(opening);
  if ('refused' in frozen) {
    refuseStart(state, frozen.refused);
    return Object.assign(opening, { refused: frozen.refused, waits: FIRST_WAITS });
  }
  state.frozen = frozen;
  referTo(frozen.project, frozen.kept);
  judgeInbox(state);
  verifyMeanwhile(opening);
  const context: ReleaseContext = {
    id: workflowId,
    project: frozen.project,
    version: request.version,
    procedure: state.procedure,
    startedBy: request.startedBy,
    time: Math.floor(startTime.getTime() / 1000),
  };
  const run = Object.assign(opening, { context, waits: frozen.project.waits });
  tellMeanwhile(run);
  return run;
}

const SIGNALS: readonly SignalName[] = ['signOff', 'check', 'decide', 'fixReady', 'watch', 'pause', 'resume', 'abort'];

/** Handlers are one synchronous call into the domain: they neither wait nor throw. */
function listen(run: Run): void {
  setHandler(messages.state, () => run.state);
  for (const name of SIGNALS) {
    // Whoever can signal may send anything: the payload is read, not believed.
    setHandler(defineSignal<[unknown]>(name), (payload) => {
      receive(run.state, name, payload, now());
      if (name === 'fixReady') run.wakes += 1; // look at the branch at once
      show(run.state);
    });
  }
  setHandler(messages.heard, (payload) => {
    hear(run.state, payload, now());
    show(run.state);
  });
  setHandler(messages.wake, () => {
    run.wakes += 1;
  });
  setHandler(messages.granted, (turn) => {
    run.turn = turn;
  });
}

/** A project that can't be read is tried again at growing intervals: whoever corrects the file need not start anew. */
async function freeze(run: Run): Promise<Frozen | { refused: string }> {
  const spec = { id: 'prepare.project', title: 'Freeze the project file, people and roles' };
  for (let pause = 30; ; pause = Math.min(pause * 2, 3600)) {
    const step = beginStep(run.state, spec, now());
    show(run.state);
    try {
      const frozen = await hands(FIRST_WAITS, { title: spec.title, step: spec.id }).publish.freeze({
        project: run.state.project,
      });
      if ('refused' in frozen) {
        failStep(step, frozen.refused, now());
        return frozen;
      }
      finishStep(step, { summary: `policy ${frozen.project.policy}, ${frozen.people.length} people` }, now());
      return frozen;
    } catch (error) {
      blockStep(step, problemOf(error));
      show(run.state);
    }
    const seen = run.wakes;
    await Promise.race([
      sleep(`${pause}s`, { summary: 'Until the project file is read again' }),
      condition(() => run.wakes > seen),
    ]);
  }
}

export function enter(run: Run, phase: Phase): void {
  enterPhase(run.state, phase);
  show(run.state);
}

/** Waits until `ready`, saying meanwhile whom or what the step waits for. */
export async function waitUntil(
  run: Run,
  step: string,
  wait: { kind: Waiting['kind']; names: () => readonly string[] },
  ready: () => boolean,
): Promise<void> {
  const say = () => {
    waitFor(run.state, step, wait.kind, ready() ? [] : wait.names(), now());
    judgeStatus(run.state);
    show(run.state);
  };
  say();
  while (!ready()) {
    const before = wait.names().join();
    await condition(() => ready() || wait.names().join() !== before);
    say();
  }
}

/** Nothing new begins while the run is paused; what was begun goes on. */
export async function unpaused(run: Run, step: string): Promise<void> {
  if (!run.state.paused) return;
  await waitUntil(run, step, { kind: 'resume', names: () => ['resume'] }, () => run.state.paused === undefined);
}

/** Milliseconds are kept: two things of one second have an order. */
export function now(): string {
  return new Date().toISOString();
}
