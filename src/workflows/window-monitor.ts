import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type ChildWorkflowHandle, condition, isCancellation, startChild } from '@temporalio/workflow';
import { type MonitorState, openMonitor, type Steering } from '../domain/run/monitor.ts';
import { secondsOf, takeReport, type Window } from '../domain/run/watching.ts';
import * as messages from './messages.ts';
import type { MonitorInput, monitor } from './monitor.ts';
import type { Run } from './run.ts';
import { now } from './run.ts';

/** The child that looks, as its run sees it: begun again where somebody ended it, or where the window goes on after all. */
export interface WindowMonitor {
  /** Nothing looks any more. */
  ended(): boolean;
  /** It looked until the window's time was over, by its own clock. */
  complete(): boolean;
  goOn(): Promise<void>;
  /** Length and hold as they are now; told only when they changed. */
  steer(held: boolean): Promise<void>;
  /** Ends it; the window then has all its readings. */
  end(): Promise<void>;
}

type Given = Pick<MonitorInput, 'probes' | 'expected' | 'recipe'>;

/** At eleven events a round this stays well below what one history takes. */
const ROUNDS = 200;
const BEGIN_AGAIN_AFTER = '60s';

export async function openWindowMonitor(run: Run, window: Window, given: Given): Promise<WindowMonitor> {
  let last: MonitorState = openMonitor(given.probes, window.length);
  let ended = true;
  let told: Steering = { length: window.length, held: false, concluded: false };
  let child: ChildWorkflowHandle<typeof monitor>;
  let over: Promise<void>;
  await begin();
  return { ended: () => ended, complete: () => ended && last.elapsed >= window.length, goOn, steer, end };

  async function begin(): Promise<void> {
    const { id, runId } = run.state;
    const input: MonitorInput = {
      schema: 1,
      run: { id, runId },
      context: run.context,
      ...(run.state.frozen?.kept ? { kept: run.state.frozen.kept } : {}),
      since: window.startedAt,
      rounds: ROUNDS,
      state: last,
      ...given,
    };
    child = await started(window.monitor, input, `Watches ${run.state.project} ${run.state.version}`);
    ended = false;
    over = child.result().then(
      (state) => {
        last = state;
        ended = true;
      },
      (error: unknown) => {
        if (isCancellation(error)) return;
        ended = true; // somebody terminated it: what it told is what is known
      },
    );
  }

  async function goOn(): Promise<void> {
    const { probes, breaches, counted } = last.elapsed > 0 ? last : { ...window, probes: [...window.probes] };
    const elapsed = Math.max(last.elapsed, secondsOf(window.startedAt, now()));
    last = { ...openMonitor(given.probes, window.length), ...told, elapsed, probes, breaches, counted };
    last.due = Object.fromEntries(given.probes.map(({ name, after }) => [name, Math.max(after, elapsed)]));
    last.told = { ...last.told, breaches: counted };
    await begin();
  }

  async function steer(held: boolean): Promise<void> {
    await tell({ length: window.length, held, concluded: false });
  }

  async function end(): Promise<void> {
    await tell({ ...told, concluded: true });
    await over;
    if (last.elapsed > 0) takeReport(window, last);
  }

  async function tell(steering: Steering): Promise<void> {
    if (JSON.stringify(steering) === JSON.stringify(told)) return;
    told = steering;
    if (ended) return;
    try {
      await child.signal(messages.steer, steering);
    } catch (error) {
      if (isCancellation(error)) throw error; // else it has just ended
    }
  }
}

/** The monitor of a run that was reset may still be there for a moment. */
async function started(workflowId: string, input: MonitorInput, staticSummary: string) {
  for (;;) {
    try {
      return await startChild<typeof monitor>('monitor', {
        workflowId,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        parentClosePolicy: 'TERMINATE',
        staticSummary,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await condition(() => false, BEGIN_AGAIN_AFTER, { summary: 'Until the monitor is begun again' });
    }
  }
}
