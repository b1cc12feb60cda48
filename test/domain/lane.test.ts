import { expect, test } from 'vitest';
import { aheadOf, EMPTY_LANE, enterLane, leaveLane } from '../../src/domain/lane.ts';

const ticket = (id: string, urgent = false) => ({ id, runId: `run of ${id}`, urgent });

test('first come, first served; a hotfix goes before releases that wait, not before the holder', () => {
  const lane = [ticket('a'), ticket('b'), ticket('hotfix', true), ticket('second hotfix', true)].reduce(
    enterLane,
    EMPTY_LANE,
  );
  expect(lane.holder?.id).toBe('a');
  expect(lane.waiting.map((one) => one.id)).toEqual(['hotfix', 'second hotfix', 'b']);
  expect(aheadOf(lane, ticket('b'))).toEqual(['a', 'hotfix', 'second hotfix']);
});

test('entering or leaving twice changes nothing', () => {
  const once = enterLane(enterLane(EMPTY_LANE, ticket('a')), ticket('b'));
  expect(enterLane(once, ticket('b'))).toEqual(once);
  const left = leaveLane(once, ticket('a'));
  expect(left.holder?.id).toBe('b');
  expect(leaveLane(left, ticket('a'))).toEqual(left);
});

test('a newer execution of an id takes the place of its older one in the queue', () => {
  const older = { id: 'b', runId: '1', urgent: false };
  const lane = [ticket('a'), older, { ...older, runId: '2' }].reduce(enterLane, EMPTY_LANE);
  expect(lane.waiting).toEqual([{ ...older, runId: '2' }]);
});
