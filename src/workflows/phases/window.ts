import { isCancellation } from '@temporalio/workflow';
import {
  answerOf,
  askPeople,
  extendWindow,
  newBreaches,
  settleAnswer,
  type Window,
} from '../../domain/run/watching.ts';
import { windowOf } from '../../domain/window-rules.ts';
import { hands } from '../activities.ts';
import { problemOf } from '../failure.ts';
import { now, type Run, waitUntil } from '../run.ts';
import { may } from '../step.ts';
import type { WindowMonitor } from '../window-monitor.ts';

const STEP = 'observe.window';

interface Watching {
  readonly window: Window;
  readonly monitor: WindowMonitor;
  /** What the monitor said last of a rollback, until it was looked into. */
  readonly heard: { rollback?: string };
}

/** Waits for the window's end, and does what people, breaches and a rollback ask for meanwhile. True: the version was rolled back. */
export async function untilOver(run: Run, { window, monitor, heard }: Watching): Promise<boolean> {
  let woken = run.wakes;
  const stirred = () =>
    run.wakes > woken || rollbackHeard() || answerOf(window) !== undefined || newBreaches(window).length > 0;
  const rollbackHeard = () => heard.rollback !== undefined && heard.rollback !== (window.rollback?.standing ?? 'none');
  for (;;) {
    if (run.wakes > woken || rollbackHeard()) {
      woken = run.wakes;
      delete heard.rollback;
      if ((await lookForRollback(run, window)) === 'rolled-back') return true;
    }
    if ((await takeAnswer(run, window)) === 'conclude') return false;
    await takeBreaches(run, window);
    const held = window.asked !== undefined || window.rollback?.standing === 'open';
    await monitor.steer(held);
    if (monitor.ended()) {
      if (!held && monitor.complete()) return false;
      await monitor.goOn();
    }
    await waitUntil(
      run,
      STEP,
      { kind: window.asked ? 'watch' : 'outside', names: () => namesOf(run, window) },
      () => stirred() || monitor.ended(),
    );
  }
}

function namesOf(run: Run, window: Window): string[] {
  if (window.asked) return ['an answer to the window'];
  if (window.rollback?.standing === 'open') return [`rollback:${run.state.project}:${run.state.version}`];
  return [`the window until ${window.endsAt}`];
}

/** Whatever was said of a rollback, the run reads for itself; one that ended without undoing anything leaves the question open. */
async function lookForRollback(run: Run, window: Window): Promise<string> {
  const before = window.rollback?.standing ?? 'none';
  const { project, version, kind } = run.state;
  if (kind === 'rollback') return 'none'; // its own
  try {
    const { status } = await hands(run.waits, { title: 'Is it being rolled back?', step: STEP }).publish.rollbackOf({
      project,
      version,
    });
    if (status === 'none') delete window.rollback;
    else window.rollback = { standing: status };
    if (before === 'open' && status === 'ended-otherwise')
      askPeople(window, 'the rollback ended without rolling it back', now());
    return status;
  } catch (error) {
    if (isCancellation(error)) throw error;
    problemOf(error); // a bug is thrown on; what could not be seen now is seen at the next look
    return before;
  }
}

async function takeAnswer(run: Run, window: Window): Promise<string | undefined> {
  const answer = answerOf(window);
  if (!answer) return undefined;
  const { action, by, hours, reason } = answer;
  settleAnswer(window);
  if (action === 'extend')
    extendWindow(window, hours === undefined ? windowOf(run.context)!.window : hours * 3600, now());
  if (action === 'rollback') await rollBack(run, window, { by, reason });
  return action;
}

/** Policy says who acts: people are asked, or the rollback is started, if the monitor itself confirms what it signalled. */
async function takeBreaches(run: Run, window: Window): Promise<void> {
  const breaches = newBreaches(window);
  window.handled = window.counted;
  if (breaches.length === 0 || window.rollback?.standing === 'open') return;
  const why = breaches.map(({ probe, note }) => `${probe}: ${note}`).join('; ');
  const byItself = breaches.some(({ onBreach }) => onBreach === 'rollback');
  if (byItself && window.rollback === undefined && run.state.kind !== 'rollback') {
    await rollBack(run, window, { by: SELF, reason: `the monitoring window: ${why}` });
  } else {
    askPeople(window, why, now());
  }
}

/** Nobody of the directory: so every person may sign off a rollback that no person started. */
const SELF = 'slipway';

async function rollBack(run: Run, window: Window, { by, reason }: { by: string; reason: string }): Promise<void> {
  const { project, version } = run.state;
  const started = await may(run, { id: 'observe.rollback', title: `Roll back ${version}` }, async (using) => {
    if (by === SELF) await using.publish.confirmBreach({ monitor: window.monitor });
    return using.publish.ensureRollbackStarted({
      project,
      version,
      reason: reason.slice(0, 1000),
      startedBy: by,
      rollForward: 'ask',
      tags: 'keep',
    });
  });
  if (started) window.rollback = { standing: 'open' };
  else askPeople(window, `it was not rolled back: ${reason}`, now());
}
