import { expect, test } from 'vitest';
import { servingAt, type WorkerLife } from '../../src/domain/pollers.ts';

const NOW = '2026-06-30T00:00:00.000Z';
const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();
const life = (identity: string, seconds: number, more: Partial<WorkerLife> = {}): WorkerLife => ({
  ...{ identity, queue: 'slipway-build', lastSeen: ago(seconds), stopping: false },
  ...more,
});
const poller = (identity: string, seconds: number) => ({ identity, lastSeen: ago(seconds) });
const serving = (pollers: ReturnType<typeof poller>[], workers: WorkerLife[]) =>
  servingAt('slipway-build', { pollers, workers }, NOW);

test.each([
  ['nobody', [], [], 0],
  ['a worker that tells that it lives, and asks', [poller('1@a', 2)], [life('1@a', 2)], 1],
  ['one that has its hands full for so long that it is no poller any more', [], [life('1@a', 2)], 1],
  ['one that was killed, and is listed as a poller for minutes', [poller('1@a', 40)], [life('1@a', 41)], 0],
  ['one that is told to stop', [poller('1@a', 1)], [life('1@a', 1, { stopping: true })], 0],
  ['one that started this moment, and has told nothing yet', [poller('1@a', 0)], [], 1],
  ['a server that takes no word of workers', [poller('1@a', 200), poller('2@b', 3)], [], 2],
  ['a worker of another queue', [], [life('1@a', 1, { queue: 'slipway-publish' })], 0],
  ['a container that was started again, under the same name', [], [life('1@a', 90), life('1@a', 1)], 1],
])('pollers: %s', (_, pollers, workers, count) => {
  expect(serving(pollers, workers)).toBe(count);
});
