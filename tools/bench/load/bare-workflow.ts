import { defineSearchAttributeKey } from '@temporalio/common';
import { condition, defineQuery, defineSignal, setHandler, upsertSearchAttributes } from '@temporalio/workflow';

export const count = defineSignal<[{ requestId: string }]>('signOff');
export const counted = defineQuery<number>('counted');

const WAITING_FOR = defineSearchAttributeKey('SlipwayWaitingFor', 'KEYWORD_LIST');

/** The least that waits as a run does: it shows whom it waits for, counts one signal, and goes on waiting for another person. */
export async function bare(): Promise<void> {
  let signals = 0;
  setHandler(count, () => {
    signals += 1;
  });
  setHandler(counted, () => signals);
  upsertSearchAttributes([{ key: WAITING_FOR, value: ['tech-lead', 'qa'] }]);
  await condition(() => signals > 0);
  upsertSearchAttributes([{ key: WAITING_FOR, value: ['qa'] }]);
  await condition(() => signals > 1);
}
