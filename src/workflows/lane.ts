import {
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  aheadOf,
  claimVersion,
  EMPTY_LANE,
  enterLane,
  giveUpVersion,
  type LaneState,
  leaveLane,
  type Ticket,
} from '../domain/lane.ts';
import { untilClosed } from './activities.ts';
import * as messages from './messages.ts';

/** One permanent workflow a project: grants the turn to publish, and frees it where its holder is gone. */
export async function lane(before: LaneState = EMPTY_LANE): Promise<never> {
  let now = before;
  let told = '';
  setHandler(messages.lane, () => now);
  setHandler(messages.enter, (ticket) => {
    now = enterLane(now, ticket);
  });
  setHandler(messages.claim, (claim) => {
    now = claimVersion(now, claim);
  });
  setHandler(messages.giveUp, (claim) => {
    now = giveUpVersion(now, claim);
  });
  setHandler(messages.leave, (ticket) => {
    now = leaveLane(now, ticket);
  });

  for (;;) {
    if (told !== shape(now)) {
      told = shape(now);
      await tell(now);
      continue;
    }
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof lane>(now);
    const { holder, waiting } = now;
    if (holder && waiting.length > 0) {
      if (await goneBeforeChange(holder, () => shape(now) !== told)) now = leaveLane(now, holder);
    } else {
      await condition(() => shape(now) !== told || workflowInfo().continueAsNewSuggested);
    }
  }
}

/** Everyone concerned learns who holds the lane and who is ahead; a run that is gone hears nothing. */
async function tell(lane: LaneState): Promise<void> {
  const concerned = [...(lane.holder ? [lane.holder] : []), ...lane.waiting];
  await Promise.all(concerned.map((ticket) => tellOne(lane, ticket)));
}

async function tellOne(lane: LaneState, ticket: Ticket): Promise<void> {
  try {
    const handle = getExternalWorkflowHandle(ticket.id, ticket.runId);
    await handle.signal(messages.granted, { holder: lane.holder!.id, ahead: aheadOf(lane, ticket) });
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

/** A terminated or reset holder never says that it leaves; while others wait, its execution is looked at. */
async function goneBeforeChange(holder: Ticket, changed: () => boolean): Promise<boolean> {
  const look = new CancellationScope();
  let gone = false;
  const looking = look
    .run(() => untilClosed(`is ${holder.id} still there?`, { workflowId: holder.id, runId: holder.runId }))
    .then(() => {
      gone = true;
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  await Promise.race([looking, condition(changed)]);
  look.cancel();
  await looking;
  return gone;
}

function shape(lane: LaneState): string {
  return [lane.holder, ...lane.waiting].map((one) => (one ? `${one.id}/${one.runId}` : '-')).join(' ');
}
