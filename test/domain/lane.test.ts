import { expect, test } from 'vitest';
import { aheadOf, claimVersion, EMPTY_LANE, enterLane, giveUpVersion, leaveLane } from '../../src/domain/lane.ts';

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

test('lane: the first to claim a version has it until it gives it up; the same run may claim again', () => {
  const release = { version: '1.1.1', id: 'release:a:1.1.1', runId: '1' };
  const hotfix = { version: '1.1.1', id: 'hotfix:a:1.1.1', runId: '2' };
  const held = claimVersion(claimVersion(EMPTY_LANE, release), hotfix);
  expect(held.claims).toEqual([release]);
  expect(claimVersion(held, { ...release, runId: '3' }).claims).toEqual([{ ...release, runId: '3' }]);
  expect(giveUpVersion(held, hotfix).claims).toEqual([release]);
  expect(claimVersion(giveUpVersion(held, release), hotfix).claims).toEqual([hotfix]);
});
